//! Where a value lies.

use std::panic::Location;

use crate::auditor::AUDITOR;
use crate::finding::{ErrorCode, Finding, Site};

/// Reports an address at which a value of that many bytes is misaligned, or lies on two cache lines. True when
/// nothing is wrong; compiled out, always.
///
/// ```
/// use engram_concurrency_audit::atomic::check_layout;
///
/// assert!(check_layout(&0_u64 as *const u64 as usize, 8));
/// ```
#[track_caller]
pub fn check_layout(address: usize, bytes: usize) -> bool {
    if !crate::ENABLED {
        return true;
    }
    let at = Site::of(Location::caller());
    let found = fault(address, bytes);
    if let Some((code, message)) = found {
        AUDITOR.report(Finding::new(code, format!("{address:#x}"), message).at("is checked", at));
        return false;
    }
    true
}

fn fault(address: usize, bytes: usize) -> Option<(ErrorCode, String)> {
    let bytes = bytes.max(1);
    if address / LINE != (address + bytes - 1) / LINE {
        let message = format!("{bytes} bytes at {address:#x} lie on two cache lines");
        let is_aligned = address.is_multiple_of(bytes);
        let code =
            if is_aligned || bytes > 8 { ErrorCode::SplitLine } else { ErrorCode::Misaligned };
        return Some((code, message));
    }
    let alignment = bytes.next_power_of_two();
    if address.is_multiple_of(alignment) || bytes > 8 {
        return None;
    }
    let message = format!("{address:#x} is no multiple of {alignment}");
    Some((ErrorCode::Misaligned, message))
}

const LINE: usize = 64;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_misaligned_and_what_is_split_are_told_apart() {
        let code = |address, bytes| fault(address, bytes).map(|(code, _)| code);
        assert_eq!(code(0x1000, 8), None);
        assert_eq!(code(0x1004, 8), Some(ErrorCode::Misaligned));
        assert_eq!(code(0x103c, 8), Some(ErrorCode::Misaligned));
        assert_eq!(code(0x1038, 16), Some(ErrorCode::SplitLine));
        assert_eq!(code(0x1030, 16), None);
        assert_eq!(code(0x1001, 1), None);
    }
}
