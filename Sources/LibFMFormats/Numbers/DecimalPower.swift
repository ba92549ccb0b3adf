// SPDX-License-Identifier: Apache-2.0

/// 10 to a whole power, as `significand · 2^(exponent − 126)` with `significand` of 127 or 128 bits.
///
/// It is the product of a power of 10²⁸, cut to 128 bits, and one of the first 28 powers of ten, exact,
/// cut to its upper 128 bits: never too large, and at most 1.5 · 2⁻¹²⁶ of itself too small.
struct DecimalPower {
  private let high: UInt64
  private let low: UInt64
  private let exponent: Int

  /// - Precondition: `power` is in `-308...363`.
  @inline(__always)
  init(_ power: Int) {
    // Shifted by 12 · 28 so that the division rounds down.
    let (coarse, fine) = (power &+ 336).quotientAndRemainder(dividingBy: 28)
    let large = Self.powerOf28Digits(coarse &- 12)
    let five = Self.five(to: fine)
    let small = five << UInt64(truncatingIfNeeded: five.leadingZeroBitCount)
    let upper = large.high.multipliedFullWidth(by: small)
    let lower = large.low.multipliedFullWidth(by: small)
    let (sum, carry) = upper.low.addingReportingOverflow(lower.high)
    high = upper.high &+ (carry ? 1 : 0)
    low = sum
    exponent =
      Self.binaryExponent(of: (coarse &- 12) &* 28) &+ Self.binaryExponent(of: fine)
  }

  /// Multiplies with `mantissa · 2^(power − 63)`.
  ///
  /// - Parameters:
  ///   - mantissa: has its highest bit set.
  ///   - power: such that the product is at least 1 and below 2⁶³.
  /// - Returns: the whole part and the 64 bits that follow, cut off behind.
  @inline(__always)
  func product(_ mantissa: UInt64, power: Int) -> (whole: UInt64, following: UInt64) {
    let upper = mantissa.multipliedFullWidth(by: high)
    let middle = mantissa.multipliedFullWidth(by: low).high
    let (second, carry) = upper.low.addingReportingOverflow(middle)
    let first = upper.high &+ (carry ? 1 : 0)
    // The product is `first : second : …` · 2^(power + exponent − 189), and 61 − (power + exponent) of
    // the bits of `first` belong to the fraction.
    let shift = UInt64(truncatingIfNeeded: 61 &- power &- exponent)
    return (first &>> shift, first &<< (64 &- shift) | second &>> shift)
  }

  /// The greatest `e` with 2^e ≤ 10^power, for the powers that occur.
  @inline(__always)
  private static func binaryExponent(of power: Int) -> Int {
    // The factor is the binary logarithm of 10.
    (power &* 1_741_647) >> 19
  }

  /// 5 to the power of `exponent`, in `0...27`: all that fit in 64 bits.
  @inline(__always)
  static func five(to exponent: Int) -> UInt64 {
    switch exponent {
    case 0: 1
    case 1: 5
    case 2: 25
    case 3: 125
    case 4: 625
    case 5: 3_125
    case 6: 15_625
    case 7: 78_125
    case 8: 390_625
    case 9: 1_953_125
    case 10: 9_765_625
    case 11: 48_828_125
    case 12: 244_140_625
    case 13: 1_220_703_125
    case 14: 6_103_515_625
    case 15: 30_517_578_125
    case 16: 152_587_890_625
    case 17: 762_939_453_125
    case 18: 3_814_697_265_625
    case 19: 19_073_486_328_125
    case 20: 95_367_431_640_625
    case 21: 476_837_158_203_125
    case 22: 2_384_185_791_015_625
    case 23: 11_920_928_955_078_125
    case 24: 59_604_644_775_390_625
    case 25: 298_023_223_876_953_125
    case 26: 1_490_116_119_384_765_625
    default: 7_450_580_596_923_828_125
    }
  }

  /// The highest 128 bits of 10^(28 · index), for `index` in `-11...12`.
  @inline(__always)
  private static func powerOf28Digits(_ index: Int) -> (high: UInt64, low: UInt64) {
    switch index {
    case -11: (0xe61a_cf03_3d1a_45df, 0x6fb9_2487_298e_33bd)
    case -10: (0xe858_ad24_8f5c_22c9, 0xd1b3_400f_8f9c_ff68)
    case -9: (0xea9c_2277_23ee_8bcb, 0x465e_15a9_79c1_cadc)
    case -8: (0xece5_3cec_4a31_4ebd, 0xa4f8_bf56_3524_6428)
    case -7: (0xef34_0a98_172a_ace4, 0x86fb_8971_16c8_7c34)
    case -6: (0xf188_99b1_bc3f_8ca1, 0xdc44_e6c3_cb27_9ac1)
    case -5: (0xf3e2_f893_dec3_f126, 0x5a89_dba3_c3ef_ccfa)
    case -4: (0xf643_35bc_f065_d37d, 0x4d46_17b5_ff4a_16d5)
    case -3: (0xf8a9_5fcf_8874_7d94, 0x75a4_4c63_97ce_912a)
    case -2: (0xfb15_8592_be06_8d2e, 0xeed6_e2f0_f0d5_6712)
    case -1: (0xfd87_b5f2_8300_ca0d, 0x8bca_9d6e_1888_53fc)
    case 0: (0x8000_0000_0000_0000, 0x0000_0000_0000_0000)
    case 1: (0x813f_3978_f894_0984, 0x4000_0000_0000_0000)
    case 2: (0x8281_8f12_81ed_449f, 0xbff8_f10e_7a89_21a4)
    case 3: (0x83c7_088e_1aab_65db, 0x7926_67c6_da79_e0fa)
    case 4: (0x850f_adc0_9923_329e, 0x03e2_cf6b_c604_ddb0)
    case 5: (0x865b_8692_5b9b_c5c2, 0x0b8a_2392_ba45_a9b2)
    case 6: (0x87aa_9aff_7904_2286, 0x90fb_44d2_f05d_0842)
    case 7: (0x88fc_f317_f222_41e2, 0x441f_ece3_bdf8_1f03)
    case 8: (0x8a52_96ff_e33c_c92f, 0x82bd_6b70_d99a_aa6f)
    case 9: (0x8bab_8eef_b640_9c1a, 0x1ad0_89b6_c2f7_548e)
    case 10: (0x8d07_e334_5563_7eb2, 0xdb0b_487b_6423_e1e8)
    case 11: (0x8e67_9c2f_5e44_ff8f, 0x570f_09ea_a7ea_7648)
    default: (0x8fca_c257_558e_e4e6, 0x213a_4f0a_a5e8_a7b1)
    }
  }
}
