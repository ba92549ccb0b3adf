// SPDX-License-Identifier: Apache-2.0

import FactorizationMachines

/// Files of posterior draws: a ``ContainerFormat`` container of the kind "post".
///
///     drws         precision (u8: 0 double, 1 float), burn-in (u64), thinning (u64)
///     draw         iteration (u64), α (f64), bias (f64), the n weights if the machine has any, then k
///                  factors of each feature; weights and factors in the precision of the file
///     …            one such section for each draw, in the order of the iterations
///     desc, grps   what the draws belong to, see ``TrainingDescription``
///
/// The description comes last as a run that goes on may be described in other words than the one before,
/// while the draws stay where they are.
enum PosteriorFormat {
  static let kind = ContainerKind(FourLetters("post"), version: 1, name: "a posterior file")
  static let settingsTag = FourLetters("drws")
  static let drawTag = FourLetters("draw")

  /// The number of sections before the first draw.
  static let sectionCountBeforeDraws = 1

  /// The length of what stands before the weights of a draw.
  static let drawHeaderSize = 24

  /// The number of weights and factors of a draw; nil when it exceeds the address space.
  static func parameterCount(_ shape: FactorizationMachine.Shape) -> Int? {
    let perFeature = shape.factorCount + (shape.usesWeights ? 1 : 0)
    let (count, overflow) = shape.featureCount.multipliedReportingOverflow(by: perFeature)
    return overflow ? nil : count
  }

  /// The length of the payload of a draw; nil when it exceeds the address space.
  static func drawByteCount(
    _ shape: FactorizationMachine.Shape, _ precision: PosteriorPrecision
  ) -> Int? {
    guard let count = parameterCount(shape) else { return nil }
    let (bytes, overflow) = count.multipliedReportingOverflow(by: precision.byteCount)
    let (sum, sumOverflow) = bytes.addingReportingOverflow(drawHeaderSize)
    return overflow || sumOverflow ? nil : sum
  }
}

/// The precision of the weights and factors in a posterior file; bias and α are always double.
public enum PosteriorPrecision: String, Sendable, Hashable, CaseIterable {
  /// 64 bits: predictions have the bits of the training run.
  case double

  /// 32 bits: half the size; parameters are rounded by 2⁻²⁴ of their size at most.
  case float

  /// The size of a number.
  var byteCount: Int { self == .double ? 8 : 4 }
}

/// Which iterations of a sampler a posterior keeps: N, N + T, N + 2T, …, counted from 0.
public struct DrawSelection: Sendable, Hashable {
  /// The first iteration that is kept, *N*.
  public let burnIn: Int

  /// The distance between iterations that are kept, *T*.
  public let thinning: Int

  /// Chooses iterations; by default all.
  ///
  /// - Precondition: `burnIn` is not negative, `thinning` at least 1.
  public init(burnIn: Int = 0, thinning: Int = 1) {
    precondition(burnIn >= 0 && thinning >= 1)
    self.burnIn = burnIn
    self.thinning = thinning
  }

  /// Whether an iteration is kept.
  public func contains(_ iteration: Int) -> Bool {
    iteration >= burnIn && (iteration - burnIn).isMultiple(of: thinning)
  }

  /// The number of iterations below `iterations` that are kept.
  public func count(below iterations: Int) -> Int {
    iterations <= burnIn ? 0 : (iterations - burnIn - 1) / thinning + 1
  }
}
