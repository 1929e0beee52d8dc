//! The machines.

/// A node: its processors, and its memory in MiB.
type Node = (u32, u32);

/// Whose processors they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Without counters: the emulator has none for it.
    X86,
    /// With counters, on a clock that advances with each instruction, so that what is counted is exact.
    Arm,
}

impl Kind {
    /// The program that emulates it.
    pub(super) const fn emulator(self) -> &'static str {
        match self {
            Self::X86 => "qemu-system-x86_64",
            Self::Arm => "qemu-system-aarch64",
        }
    }

    /// Everything about the machine but nodes, memory and files.
    const fn fixed(self) -> &'static str {
        match self {
            Self::X86 => "-machine q35,accel=tcg -cpu max",
            Self::Arm => "-machine virt,accel=tcg -cpu cortex-a76 -icount shift=1",
        }
    }

    const fn console(self) -> &'static str {
        match self {
            Self::X86 => "ttyS0",
            Self::Arm => "ttyAMA0",
        }
    }

    /// What is looked at. A clock that advances with each instruction makes waiting, as groups do, take minutes.
    const fn checks(self) -> &'static str {
        match self {
            Self::X86 => "topology,pins,memory,cells,counters,limits,counts,triggers",
            Self::Arm => "topology,pins,memory,cells,counters",
        }
    }

    /// Where the program inside writes to.
    const fn said(self) -> &'static str {
        match self {
            Self::X86 => "/dev/ttyS1",
            Self::Arm => "/dev/hvc0",
        }
    }
}

/// A machine to be emulated.
#[derive(Clone, Copy, Debug)]
pub(super) struct Machine {
    pub(super) name: &'static str,
    pub(super) kind: Kind,
    pub(super) nodes: &'static [Node],
    pub(super) distances: &'static [&'static [u32]],
    /// Processors that are switched off first.
    pub(super) offline: &'static [u32],
}

pub(super) const MACHINES: [Machine; 4] = [
    Machine {
        name: "two-nodes",
        kind: Kind::X86,
        nodes: &[(2, 256), (2, 256)],
        distances: &[&[10, 21], &[21, 10]],
        offline: &[],
    },
    Machine {
        name: "four-nodes-asymmetric",
        kind: Kind::X86,
        nodes: &[(2, 192), (2, 192), (2, 192), (2, 192)],
        distances: &[&[10, 16, 32, 33], &[16, 10, 25, 32], &[32, 25, 10, 16], &[33, 32, 16, 10]],
        offline: &[],
    },
    // The second node has no memory, the third no processor, and two processors are off.
    Machine {
        name: "odd-nodes",
        kind: Kind::X86,
        nodes: &[(4, 256), (2, 0), (0, 256)],
        distances: &[&[10, 20, 30], &[20, 10, 17], &[30, 17, 10]],
        offline: &[1, 5],
    },
    Machine {
        name: "arm-counters",
        kind: Kind::Arm,
        nodes: &[(1, 256), (1, 256)],
        distances: &[&[10, 20], &[20, 10]],
        offline: &[],
    },
];

impl Machine {
    /// What the emulator is told, apart from files.
    pub(super) fn arguments(&self) -> Vec<String> {
        let cpus: u32 = self.nodes.iter().map(|(cpus, _)| cpus).sum();
        let memory: u32 = self.nodes.iter().map(|(_, memory)| memory).sum();
        let fixed = "-nodefaults -no-user-config -display none -no-reboot -monitor none";
        let words = self.kind.fixed().split(' ').chain(fixed.split(' '));
        let mut all: Vec<String> = words.map(str::to_owned).collect();
        let mut add = |name: &str, value: String| all.extend([name.to_owned(), value]);
        add("-m", format!("{memory}M"));
        add("-smp", format!("{cpus},sockets={cpus},cores=1,threads=1"));
        let mut first = 0;
        for ((cpus, memory), id) in self.nodes.iter().zip(0..) {
            let mut node = format!("node,nodeid={id}");
            if *memory > 0 {
                add("-object", format!("memory-backend-ram,id=m{id},size={memory}M"));
                node += &format!(",memdev=m{id}");
            }
            let sockets = first..first + cpus;
            first += cpus;
            if self.kind == Kind::Arm {
                add("-numa", format!("{node},cpus={}-{}", sockets.start, sockets.end - 1));
                continue;
            }
            add("-numa", node);
            sockets.for_each(|it| add("-numa", format!("cpu,node-id={id},socket-id={it}")));
        }
        for (row, from) in self.distances.iter().zip(0..) {
            for (distance, to) in row.iter().zip(0..) {
                add("-numa", format!("dist,src={from},dst={to},val={distance}"));
            }
        }
        all
    }

    /// The second port, whose text goes into a file: ARM's machine has one serial port only.
    pub(super) fn second_port(&self, file: &str) -> Vec<String> {
        let words = match self.kind {
            Kind::X86 => format!("-serial file:{file}"),
            Kind::Arm => format!(
                "-device virtio-serial-pci -chardev file,id=said,path={file} \
                 -device virtconsole,chardev=said"
            ),
        };
        words.split_whitespace().map(str::to_owned).collect()
    }

    /// What the kernel, and through it the program, is told.
    pub(super) fn command_line(&self) -> String {
        let join =
            |numbers: &[u32]| numbers.iter().map(u32::to_string).collect::<Vec<_>>().join(",");
        let nodes: Vec<_> =
            self.nodes.iter().map(|(cpus, memory)| format!("{cpus}:{memory}")).collect();
        let rows: Vec<_> = self.distances.iter().map(|row| join(row)).collect();
        format!(
            "console={} panic=-1 loglevel=4 mitigations=off random.trust_cpu=on \
             engram.said={} engram.checks={} engram.nodes={} engram.distances={} engram.offline={}",
            self.kind.console(),
            self.kind.said(),
            self.kind.checks(),
            nodes.join(","),
            rows.join(";"),
            join(self.offline)
        )
    }
}
