// SPDX-License-Identifier: Apache-2.0

/// A shape of data that the suite measures.
struct SuiteShape {
  /// A method with the numbers of factors and the task that it is measured with.
  struct Learning {
    var method: SuiteCase.Method
    var task = "r"
    var factorCounts: [Int]
  }

  let name: String
  let purpose: String
  let learning: [Learning]

  /// Whether it is measured when no shapes are named.
  var isDefault = true

  /// Whether the original is measured beside.
  var hasReference = true

  /// Whether users and items are relations of their own; see `StarSchemaTask`.
  var hasRelations: Bool { generatedShape == Shape.starName }

  private let generatedShape: String
  private let options: [String]
  private let rowCount: Int
  private let userCount: Int
  private let itemCount: Int

  /// What the generator is to write.
  ///
  /// - Parameters:
  ///   - task: `r` or `c`.
  ///   - scale: the part of the rows; users and items shrink with its root, so that as many of all
  ///     pairs are drawn.
  /// - Returns: the options of the generator.
  func generation(task: String, scale: Double) -> SuiteData.Recipe {
    let root = scale.squareRoot()
    return SuiteData.Recipe(
      shape: generatedShape, rowCount: max(20, Int(Double(rowCount) * scale)),
      userCount: max(20, Int(Double(userCount) * root)),
      itemCount: max(200, Int(Double(itemCount) * root)),
      options: options + (task == "c" ? ["--classification"] : []))
  }

  /// All shapes, in the order in which they are measured.
  static let all = [
    SuiteShape(
      name: "ratings-1M", purpose: "two one-hot columns",
      learning: [
        Learning(method: .sgd, factorCounts: [8, 32, 128]),
        Learning(method: .sgda, factorCounts: [8]),
        Learning(method: .als, factorCounts: [8, 32, 128]),
        Learning(method: .mcmc, factorCounts: [8, 32, 128]),
        Learning(method: .sgd, task: "c", factorCounts: [8]),
        Learning(method: .als, task: "c", factorCounts: [8]),
        Learning(method: .mcmc, task: "c", factorCounts: [8]),
        Learning(method: .adam, factorCounts: [2, 8, 32]),
        Learning(method: .adagrad, factorCounts: [8]),
        Learning(method: .ftrl, factorCounts: [8]),
      ],
      generatedShape: "ratings", options: [], rowCount: 1_000_000, userCount: 6_000,
      itemCount: 3_700),
    SuiteShape(
      name: "ratings-10M", purpose: "ten times as many", learning: threeMethods([8]) + batches,
      generatedShape: "ratings", options: [], rowCount: 10_000_000, userCount: 70_000,
      itemCount: 10_000),
    SuiteShape(
      name: "eight-1M", purpose: "eight one-hot columns",
      learning: threeMethods([8, 32]) + batches, generatedShape: "ratings",
      options: ["--columns", "8"], rowCount: 1_000_000, userCount: 6_000, itemCount: 3_700),
    SuiteShape(
      name: "first-appearance-1M", purpose: "ids in the order in which they appear",
      learning: threeMethods([8]), generatedShape: "ratings",
      options: ["--ids", "first-appearance"], rowCount: 1_000_000, userCount: 6_000,
      itemCount: 3_700),
    SuiteShape(
      name: "sets-1M", purpose: "two ids and a set of 10 to 50 items",
      learning: threeMethods([8]), generatedShape: "sets", options: [], rowCount: 1_000_000,
      userCount: 6_000, itemCount: 3_700),
    SuiteShape(
      name: "dense-200k", purpose: "two ids and 40 real numbers", learning: threeMethods([8, 32]),
      generatedShape: "dense", options: ["--columns", "40"], rowCount: 200_000, userCount: 6_000,
      itemCount: 3_700),
    SuiteShape(
      name: "star", purpose: "a million rows, users and items as relations",
      learning: [
        Learning(method: .als, factorCounts: [8, 32]),
        Learning(method: .mcmc, factorCounts: [8, 32]),
      ],
      generatedShape: Shape.starName, options: [], rowCount: 1_000_000, userCount: 6_000,
      itemCount: 3_700),
    SuiteShape(
      name: "events-100M", purpose: "a hundred million rows of three columns, without the original",
      learning: [
        Learning(method: .sgd, factorCounts: [8]), Learning(method: .als, factorCounts: [8]),
        Learning(method: .adam, factorCounts: [2]),
      ],
      isDefault: false, hasReference: false, generatedShape: "ratings",
      options: ["--columns", "3"], rowCount: 100_000_000, userCount: 1_000_000,
      itemCount: 100_000),
  ]

  private static let batches = [Learning(method: .adam, factorCounts: [2, 8, 32])]

  private static func threeMethods(_ factorCounts: [Int]) -> [Learning] {
    [.sgd, .als, .mcmc].map { Learning(method: $0, factorCounts: factorCounts) }
  }
}
