// SPDX-License-Identifier: Apache-2.0

/// A learned last layer over the terms of a factorization machine by column.
///
/// The features are divided into *C* columns. With the linear weights *w* and the factors *v* of its
/// entries, column *c* of a case contributes
///
///     b_c = Σ_{j∈c} wⱼ xⱼ,  x_c = Σ_{j∈c} vⱼ xⱼ,  d_c = ⟨x_c, S − x_c⟩  with S = Σ_c x_c
///
/// The inputs (b₁ … b_C, d₁ … d_C) go through batch normalization (Ioffe and Szegedy 2015, "Batch
/// normalization", algorithms 1 and 2) into one dense unit, whose bias is the machine's. A machine
/// without linear weights has no b, one without factors no d.
public struct DenseHead: Sendable, Equatable {
  /// What the unit makes of its sum in regression; in classification the sum is a logit.
  public enum Activation: String, Sendable, Hashable, CaseIterable {
    /// The sum itself.
    case linear
    /// The sum, and 0 below 0.
    case relu
    /// 1 / (1 + exp(−sum)).
    case sigmoid
  }

  /// What the unit makes of its sum.
  public var activation: Activation

  /// What normalized inputs are multiplied by, γ.
  public var scales: [Double]

  /// What is added to normalized inputs, β.
  public var shifts: [Double]

  /// The running averages of the inputs' means, by which prediction normalizes.
  public var means: [Double]

  /// The running averages of the inputs' variances; not negative.
  public var variances: [Double]

  /// What the unit multiplies its inputs by.
  public var kernel: [Double]

  /// Whether the averages have begun, which those of the first batch do.
  public var hasAverages: Bool

  /// The number added to a variance before its root is divided by.
  public static let epsilon = 0.001

  /// The part of a running average that stays when a batch is added.
  public static let momentum = 0.99

  /// Makes a head that has learned nothing: its kernel is 0.
  public init(inputCount: Int, activation: Activation = .linear) {
    self.activation = activation
    scales = Array(repeating: 1, count: inputCount)
    shifts = Array(repeating: 0, count: inputCount)
    means = shifts
    variances = scales
    kernel = shifts
    hasAverages = false
  }

  /// The number of inputs.
  public var inputCount: Int { kernel.count }

  /// The number of inputs that the head of a machine has.
  public static func inputCount(
    of shape: FactorizationMachine.Shape, columnCount: Int
  ) -> Int {
    (shape.usesWeights ? columnCount : 0) + (shape.factorCount > 0 ? columnCount : 0)
  }
}

extension DenseHead {
  /// Normalization by the running averages and the unit in one: a coefficient for each input, and what is
  /// added to their sum.
  func coefficients(bias: Double) -> (ofInputs: [Double], constant: Double) {
    let slopes = kernel.indices.map {
      kernel[$0] * scales[$0] / (variances[$0] + Self.epsilon).squareRoot()
    }
    let constant = kernel.indices.reduce(bias) {
      $0 + (kernel[$1] * shifts[$1] - slopes[$1] * means[$1])
    }
    return (slopes, constant)
  }
}
