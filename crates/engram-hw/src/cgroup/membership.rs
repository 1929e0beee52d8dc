//! `/proc/PID/cgroup`.

use super::CgroupError;

/// A line of it: the group that a process is in, in one hierarchy.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Membership {
    /// 0 is the one of version 2.
    pub hierarchy: u32,
    /// Those of the hierarchy; none in version 2. A hierarchy without controllers has `name=...`.
    pub controllers: Vec<String>,
    /// From the root of the hierarchy, or of the namespace.
    pub path: String,
}

impl Membership {
    /// All lines.
    ///
    /// # Errors
    /// When one is not `NUMBER:CONTROLLERS:PATH`.
    pub fn parse_all(text: &str) -> Result<Vec<Self>, CgroupError> {
        text.lines().filter(|line| !line.is_empty()).map(Self::parse).collect()
    }

    fn parse(line: &str) -> Result<Self, CgroupError> {
        let malformed = || CgroupError::malformed("/proc/self/cgroup", line);
        // A path may have colons.
        let mut fields = line.splitn(3, ':');
        let mut field = || fields.next().ok_or_else(malformed);
        let (number, controllers, path) = (field()?, field()?, field()?);
        let hierarchy = number.parse().map_err(|_| malformed())?;
        if !path.starts_with('/') {
            return Err(malformed());
        }
        let controllers = controllers.split(',').filter(|it| !it.is_empty()).map(str::to_owned);
        Ok(Self { hierarchy, controllers: controllers.collect(), path: path.to_owned() })
    }

    pub(super) fn has(&self, controller: &str) -> bool {
        self.controllers.iter().any(|it| it == controller)
    }

    pub(super) fn is_unified(&self) -> bool {
        self.hierarchy == 0 && self.controllers.is_empty()
    }
}
