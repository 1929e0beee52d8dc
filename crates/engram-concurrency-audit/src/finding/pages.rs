//! The programs of the pages, compiled and run as tests: each makes its finding.

macro_rules! pages {
    ($($number:ident)+) => {
        $(
            #[doc = include_str!(concat!("../../findings/", stringify!($number), ".md"))]
            pub(crate) struct $number;
        )+
    };
}

#[cfg(feature = "locks")]
pages! {
    E0101 E0102 E0103 E0104 E0105 E0106 E0107 E0108 E0109 E0110
    E0111 E0112 E0113 E0114 E0115 E0116
}

#[cfg(feature = "channels")]
pages! {
    E0201 E0202 E0203 E0204 E0205 E0206 E0207 E0208 E0209 E0210
    E0211 E0212
}

#[cfg(feature = "atomics")]
pages! {
    E0301 E0302 E0303 E0304 E0305 E0306 E0307 E0308 E0309 E0310
    E0311 E0312 E0313 E0314
}

#[cfg(feature = "pools")]
pages! {
    E0401 E0402 E0403 E0404
}
