// SPDX-License-Identifier: Apache-2.0

import FactorizationMachines
import LibFMFormats

// What must be the same for a run that goes on from a checkpoint; everything else may be changed.
extension Settings {
  /// The flags that results depend on, beside those that name data; also those that were not given.
  var conditions: [CheckpointFile.Condition] {
    let rates = method.isGradientDescent ? termRates.listed : CheckpointFile.notGiven
    let penalties =
      [0, 1, 3].contains(regularization.count)
      ? termRegularization.listed : listedNumbers(regularization)
    return [
      ("-method", method.rawValue), ("-task", task == .regression ? "r" : "c"),
      ("-dim", "\(usesBias ? 1 : 0),\(usesWeights ? 1 : 0),\(factorCount)"),
      ("-init_stdev", listedNumbers([initialDeviation])), ("-learn_rate", rates),
      ("-regular", penalties), ("-seed", "\(seed)"),
      ("-load_model", loadedModelPath ?? CheckpointFile.notGiven),
      ("-early_stopping", patience.map { "\($0)" } ?? CheckpointFile.notGiven),
      (
        "-metrics",
        metrics.isEmpty
          ? CheckpointFile.notGiven : metrics.map(\.rawValue).joined(separator: ",")
      ), ("-strict", isStrict ? "given" : CheckpointFile.notGiven),
    ].map { CheckpointFile.Condition(name: $0, value: $1) } + posterior.conditions
  }
}

extension PosteriorSettings {
  /// The flags that the draws kept depend on, which matter between runs that both keep some.
  fileprivate var conditions: [CheckpointFile.Condition] {
    zip(
      Self.conditionNames, ["\(selection.burnIn)", "\(selection.thinning)", precision.rawValue]
    ).map {
      CheckpointFile.Condition(
        name: $0, value: savedPath == nil ? CheckpointFile.notGiven : $1)
    }
  }

  /// The names of these flags.
  static let conditionNames = ["-burn_in", "-thin", "-posterior_precision"]
}

extension LoadedData {
  /// What the files hold.
  func conditions(_ settings: Settings) -> [CheckpointFile.Condition] {
    let datasets = [("-train", train), ("-test", test), ("-validation", validation)].map {
      CheckpointFile.Condition(
        name: $0, value: $1.map { summary(of: $0.dataset) } ?? CheckpointFile.notGiven)
    }
    let weighted = train.flatMap { $0.dataset.caseWeights == nil ? nil : $0.dataset }
    let weights = CheckpointFile.Condition(
      name: "-weights",
      value: weighted.map {
        "\($0.caseCount) numbers" + checksum(Checksum(ofCaseWeightsIn: $0))
      } ?? CheckpointFile.notGiven)
    let groups = CheckpointFile.Condition(
      name: "-meta",
      value: settings.groupsPath == nil
        ? CheckpointFile.notGiven
        : "\(groups.groupCount) groups of \(groups.featureCount) features"
          + checksum(Checksum(of: groups)))
    let relations = zip(1..., relations).map { number, relation in
      CheckpointFile.Condition(
        name: "relation \(number)",
        value: "\(relation.blockRowCount) rows, \(relation.featureCount) features"
          + checksum(Checksum(of: relation)))
    }
    return datasets + [weights, groups] + relations
  }

  private func summary(of dataset: Dataset) -> String {
    "\(dataset.caseCount) cases, \(dataset.featureCount) features, "
      + "\(dataset.matrix.entryCount) entries" + checksum(Checksum(of: dataset))
  }

  private func checksum(_ checksum: Checksum) -> String {
    " (checksum \(String(checksum.value, radix: 16)))"
  }
}

extension PerTerm<Double> {
  /// The numbers as they would be given on the command line.
  fileprivate var listed: String {
    listedNumbers(self == PerTerm(all: bias) ? [bias] : [bias, weights, factors])
  }
}

/// Numbers with all their digits, separated by commas.
private func listedNumbers(_ numbers: [Double]) -> String {
  numbers.map { number in
    let text = "\(number)"
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }.joined(separator: ",")
}
