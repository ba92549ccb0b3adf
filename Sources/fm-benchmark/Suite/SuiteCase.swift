// SPDX-License-Identifier: Apache-2.0

/// One thing that the suite measures: a method on data with a number of factors.
struct SuiteCase {
  /// How libFM learns.
  enum Method: String, CaseIterable, Codable, Sendable {
    case sgd
    case sgda
    case als
    case mcmc
    case adam
    case adagrad
    case ftrl

    /// Whether the original has it.
    var isOriginal: Bool { ![.adam, .adagrad, .ftrl].contains(self) }
  }

  let shape: SuiteShape
  let method: Method

  /// `r` or `c`.
  let task: String
  let factorCount: Int

  /// How progress and messages call it.
  var label: String { "\(shape.name), \(task), \(method.rawValue), k = \(factorCount)" }

  /// The flags for libFM, without those for iterations, threads and outputs.
  ///
  /// The rates and penalties keep every shape from diverging. Penalties of `sgda` are learned from the
  /// test cases: nobody looks at its errors here.
  func arguments(_ data: SuiteData) -> [String] {
    var arguments = [
      "-task", task, "-train", data.train, "-test", data.test, "-method", method.rawValue,
      "-dim", "1,1,\(factorCount)", "-init_stdev", "0.05", "-seed", "1",
    ]
    switch method {
    case .sgd: arguments += ["-learn_rate", "0.005", "-regular", "0,0,0.02"]
    case .sgda: arguments += ["-learn_rate", "0.002", "-validation", data.test]
    case .als: arguments += ["-regular", "5"]
    case .mcmc: break
    case .adam: arguments += ["-learn_rate", "0.003", "-regular", "0,0.02,0.05"]
    case .adagrad: arguments += ["-learn_rate", "0.1", "-regular", "0,0.02,0.05"]
    case .ftrl: arguments += ["-learn_rate", "4", "-regular", "0,0.1,1"]
    }
    if !data.relations.isEmpty {
      arguments += ["-relation", data.relations.joined(separator: ",")]
    }
    return arguments
  }
}
