//! The machines.

/// A node: its processors, and its memory in MiB.
type Node = (u32, u32);

/// A machine to be emulated.
#[derive(Clone, Copy, Debug)]
pub(super) struct Machine {
    pub(super) name: &'static str,
    pub(super) nodes: &'static [Node],
    pub(super) distances: &'static [&'static [u32]],
    /// Processors that are switched off first.
    pub(super) offline: &'static [u32],
}

pub(super) const MACHINES: [Machine; 3] = [
    Machine {
        name: "two-nodes",
        nodes: &[(2, 256), (2, 256)],
        distances: &[&[10, 21], &[21, 10]],
        offline: &[],
    },
    Machine {
        name: "four-nodes-asymmetric",
        nodes: &[(2, 192), (2, 192), (2, 192), (2, 192)],
        distances: &[&[10, 16, 32, 33], &[16, 10, 25, 32], &[32, 25, 10, 16], &[33, 32, 16, 10]],
        offline: &[],
    },
    // The second node has no memory, the third no processor, and two processors are off.
    Machine {
        name: "odd-nodes",
        nodes: &[(4, 256), (2, 0), (0, 256)],
        distances: &[&[10, 20, 30], &[20, 10, 17], &[30, 17, 10]],
        offline: &[1, 5],
    },
];

impl Machine {
    /// What the emulator is told, apart from files.
    pub(super) fn arguments(&self) -> Vec<String> {
        let cpus: u32 = self.nodes.iter().map(|(cpus, _)| cpus).sum();
        let memory: u32 = self.nodes.iter().map(|(_, memory)| memory).sum();
        let fixed = "-machine q35,accel=tcg -cpu max -nodefaults -no-user-config -display none -no-reboot -monitor none";
        let mut all: Vec<String> = fixed.split(' ').map(str::to_owned).collect();
        let mut add = |name: &str, value: String| all.extend([name.to_owned(), value]);
        add("-m", format!("{memory}M"));
        add("-smp", format!("{cpus},sockets={cpus},cores=1,threads=1"));
        let mut socket = 0;
        for ((cpus, memory), id) in self.nodes.iter().zip(0..) {
            if *memory > 0 {
                add("-object", format!("memory-backend-ram,id=m{id},size={memory}M"));
                add("-numa", format!("node,nodeid={id},memdev=m{id}"));
            } else {
                add("-numa", format!("node,nodeid={id}"));
            }
            for _ in 0..*cpus {
                add("-numa", format!("cpu,node-id={id},socket-id={socket}"));
                socket += 1;
            }
        }
        for (row, from) in self.distances.iter().zip(0..) {
            for (distance, to) in row.iter().zip(0..) {
                add("-numa", format!("dist,src={from},dst={to},val={distance}"));
            }
        }
        all
    }

    /// What the kernel, and through it the program, is told.
    pub(super) fn command_line(&self) -> String {
        let join =
            |numbers: &[u32]| numbers.iter().map(u32::to_string).collect::<Vec<_>>().join(",");
        let nodes: Vec<_> =
            self.nodes.iter().map(|(cpus, memory)| format!("{cpus}:{memory}")).collect();
        let rows: Vec<_> = self.distances.iter().map(|row| join(row)).collect();
        format!(
            "console=ttyS0 panic=-1 loglevel=4 mitigations=off random.trust_cpu=on \
             engram.nodes={} engram.distances={} engram.offline={}",
            nodes.join(","),
            rows.join(";"),
            join(self.offline)
        )
    }
}
