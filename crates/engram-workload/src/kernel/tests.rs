use proptest::prelude::*;

use super::*;

fn components() -> impl Strategy<Value = Components> {
    let byte = prop_oneof![any::<i8>(), Just(i8::MIN), Just(i8::MAX)];
    proptest::collection::vec(byte, STORED).prop_map(|bytes| std::array::from_fn(|at| bytes[at]))
}

proptest! {
    /// The tail of a stored vector is zero; kernels hold for any bytes.
    #[test]
    fn every_kernel_gives_the_very_number_of_its_scalar_twin(left in components(), right in components()) {
        let expected: i64 = (0..STORED).map(|at| i64::from(left[at]) * i64::from(right[at])).sum();
        for kernel in Kernel::all() {
            prop_assert_eq!(i64::from(kernel.dot(&left, &right)), expected, "{:?}", kernel);
        }
    }
}

#[test]
fn each_component_counts_once() {
    for kernel in Kernel::all() {
        for at in 0..STORED {
            let mut axis = [0; STORED];
            axis[at] = 2;
            assert_eq!(kernel.dot(&axis, &axis), 4, "{kernel:?} at {at}");
            assert_eq!(kernel.dot(&axis, &[1; STORED]), 2, "{kernel:?} at {at}");
        }
    }
}

#[test]
fn what_a_processor_has_is_found() {
    let has_avx2 = Kernel::all().any(|kernel| kernel.instructions() == Instructions::Avx2);
    #[cfg(target_arch = "x86_64")]
    assert_eq!(has_avx2, std::arch::is_x86_feature_detected!("avx2"));
    #[cfg(not(target_arch = "x86_64"))]
    assert!(!has_avx2);
    assert_eq!(Kernel::SCALAR.instructions(), Instructions::Scalar);
    assert_eq!(Kernel::all().last(), Some(Kernel::detect()));
}
