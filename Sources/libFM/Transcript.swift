// SPDX-License-Identifier: Apache-2.0

import CommandLineSupport
import FactorizationMachines
import LibFMFormats

/// Everything that goes to standard output, line for line as libFM's scripts expect it.
///
/// What is new goes to standard error: nothing may be added here.
struct Transcript {
  private let output: StandardOutput

  init(_ output: StandardOutput) {
    self.output = output
  }

  private func line(_ text: String) {
    output.write(text + "\n")
  }

  private func line(_ pieces: [String]) {
    line(pieces.joined(separator: "\t"))
  }

  // MARK: Before learning

  func banner() {
    output.write(libFMCommand.banner)
  }

  /// A data file is about to be read.
  func loading(_ role: DataRole, needsRows: Bool) {
    line(role.announcement)
    parts(needsRows: needsRows)
    output.flush()
  }

  /// A text file has been read.
  func loaded(_ dataset: Dataset) {
    line(DataSummary(dataset.matrix).textLine(targets: dataset.targetRange))
    output.flush()
  }

  /// A binary matrix and its targets have been read.
  func loaded(_ content: BinaryDataReader.Content, _ orientation: MatrixOrientation) {
    cache(content.cacheNumbers, isTransposed: orientation == .columns)
    let dataset = content.dataset
    line(DataSummary(dataset.matrix).binaryLine(targets: dataset.targetRange))
    output.flush()
  }

  /// A relation has been read, by columns as always.
  func loaded(_ content: RelationReader.Content) {
    parts(needsRows: false)
    if let numbers = content.cacheNumbers { cache(numbers, isTransposed: true) }
    line(content.summary.binaryLine(targets: nil))
    output.flush()
  }

  private func parts(needsRows: Bool) {
    line("has x = \(needsRows ? 1 : 0)")
    line("has xt = \(needsRows ? 0 : 1)")
  }

  private func cache(_ numbers: CacheNumbers, isTransposed: Bool) {
    line((isTransposed ? "data transpose... " : "data... ") + numbers.line)
  }

  /// The first rows of a data set, as the verbose original shows them.
  func firstRows(of dataset: Dataset) {
    for row in 0..<min(4, dataset.caseCount) {
      let entries = dataset.matrix[row].map { " \($0.id):\(general($0.value))" }
      line(general(dataset.targets[row]) + entries.joined())
    }
  }

  func validationIsNotUsed() {
    line("The validation data are not read: only sgda learns from them.")
  }

  func relations(count: Int) {
    line("#relations: \(count)")
  }

  func loadingGroups() {
    line("Loading meta data...\t")
    output.flush()
  }

  func groups(_ groups: FeatureGroups) {
    line(["#attr=\(groups.featureCount)", "#groups=\(groups.groupCount)"])
    for (group, count) in groups.memberCounts.enumerated() {
      line("#attr_in_group[\(group)]=\(count)")
    }
  }

  func modelsAreRefused() {
    line("Models are saved and loaded by sgd, sgda and als only; nothing is done.")
  }

  func readingModel() {
    line("Reading FM model... \t")
    output.flush()
  }

  func modelCouldNotBeRead() {
    line("The model could not be read; learning starts from random parameters.")
  }

  func logging(to path: String) {
    line("logging to \(path)")
  }

  /// Model and learner, as the verbose original shows them.
  func settings(_ settings: Settings, _ data: LoadedData, train: TargetRange) {
    line("num_attributes=\(data.featureCount)")
    line("use w0=\(settings.usesBias ? 1 : 0)")
    line("use w1=\(settings.usesWeights ? 1 : 0)")
    line("dim v =\(settings.factorCount)")
    let regularization = settings.termRegularization
    line("reg_w0=\(general(regularization.bias))")
    line("reg_w=\(general(regularization.weights))")
    line("reg_v=\(general(regularization.factors))")
    line(
      settings.head.isDense
        ? "init ~ U(-0.05,0.05)" : "init ~ N(0,\(general(settings.initialDeviation)))")
    if settings.method == .sgda || settings.method.isMiniBatch {
      line("method=\(settings.method)")
    }
    if settings.method.isGradientDescent { line("num_iter=\(settings.iterations)") }
    line("task=\(settings.task == .regression ? 0 : 1)")
    line("min_target=\(general(train.lower))")
    line("max_target=\(general(train.upper))")
    if !settings.method.isGradientDescent {
      let isChain = settings.method == .mcmc
      line("do_multilevel=\(isChain ? 1 : 0)")
      line("do_sampling=\(isChain ? 1 : 0)")
      line("num_eval_cases=\(data.test?.dataset.caseCount ?? 0)")
    }
  }

  // MARK: Learning

  func gradientDescent(_ settings: Settings) {
    let rates = settings.learningRates
    let isSingle = rates.count == 1
    line("learnrate=\(general(isSingle ? rates[0] : 0))")
    let all = isSingle ? Array(repeating: rates[0], count: 3) : rates
    line("learnrates=" + all.map(general).joined(separator: ","))
    line("#iterations=\(settings.iterations)")
  }

  func shuffleReminder() {
    line("Gradient descent follows the order of the cases: shuffle sorted data beforehand.")
    output.flush()
  }

  func batches(of size: Int, areShuffled: Bool) {
    line(
      "The parameters move once for each batch of \(size) cases, "
        + (areShuffled ? "which every iteration draws anew." : "in the order of the cases."))
    output.flush()
  }

  func adaptation(trainCount: Int, validationCount: Int) {
    line("The validation cases are visited in their order as well.")
    line(
      "Parameters are learned from \(trainCount) cases, penalties from \(validationCount) cases.")
    output.flush()
  }

  func iteration(_ report: IterationReport) {
    line([Self.number(of: report.iteration)] + figures(report.train, report.test))
    output.flush()
  }

  func iteration(_ report: GibbsSampler.Report) {
    for (name, count) in report.guards.named where count.nans + count.infinities > 0 {
      line(["#nans in \(name):", "\(count.nans)", "#inf_in_\(name):", "\(count.infinities)"])
    }
    let test = report.test?.allDraws
    let logLoss = test?.logLoss.map { ["Test(ll)=\(general($0))"] } ?? []
    line([Self.number(of: report.iteration)] + figures(report.train, test) + logLoss)
    output.flush()
  }

  private static func number(of iteration: Int) -> String {
    let number = String(iteration)
    return "#Iter=" + String(repeating: " ", count: max(0, 3 - number.count)) + number
  }

  func final(train: Evaluation, test: Evaluation?) {
    line(["Final"] + figures(train, test))
    output.flush()
  }

  /// Evaluation of a loaded model without learning.
  func final(test: Evaluation) {
    line(["Final", "Test=\(general(test.figure))"])
    output.flush()
  }

  private func figures(_ train: Evaluation, _ test: Evaluation?) -> [String] {
    ["Train=\(general(train.figure))"] + (test.map { ["Test=\(general($0.figure))"] } ?? [])
  }

  // MARK: After learning

  func writingModel(to path: String) {
    line("Writing FM model to \(path)")
    output.flush()
  }
}

/// What a data file is for.
enum DataRole {
  case train
  case test
  case validation

  /// The line that announces loading; the tabs belong to it.
  var announcement: String {
    switch self {
    case .train: "Loading train...\t"
    case .test: "Loading test... \t"
    case .validation: "Loading validation set...\t"
    }
  }
}

private func general(_ value: Double) -> String { GeneralFormat.text(value) }

private func general(_ value: Float) -> String { GeneralFormat.text(Double(value)) }
