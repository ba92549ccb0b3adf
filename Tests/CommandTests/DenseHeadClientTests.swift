// SPDX-License-Identifier: Apache-2.0

import FactorizationMachines
import Foundation
import LibFMFormats
import Testing

@Suite("A dense head beside NumPy")
struct DenseHeadClientTests {
  /// A Python with NumPy: the one that `LIBFM_TEST_PYTHON` names, or `python3`; nil without.
  static let python: String? = {
    let python = ProcessInfo.processInfo.environment["LIBFM_TEST_PYTHON"] ?? "python3"
    let shell = try? BuiltTool("/bin/sh")
    let run = try? shell?.run(["-c", "\"$0\" -c 'import numpy'", python])
    return run?.status == 0 ? python : nil
  }()

  @Test(
    "has the losses of an implementation from the definition over 20 epochs",
    .enabled(if: python != nil),
    arguments: [("r", "linear"), ("r", "relu"), ("r", "sigmoid"), ("c", "linear")])
  func losses(task: String, activation: String) throws {
    let shell = try BuiltTool("/bin/sh")
    let text = Text(seed: 7)
    for (name, content) in [
      ("train", text.cases(210)), ("validation", text.cases(40)), ("weights", text.weights(210)),
      ("groups", text.groups),
    ] { try shell.write(name, content) }
    let libFM = try BuiltTool("libFM", sharingFolderOf: shell)
    let data = ["-task", task, "-train", "train", "-meta", "groups", "-weights", "weights"]
    let method = ["-method", "adam", "-head", "dense", "-dim", "1,1,3", "-activation", activation]
    try libFM.run(
      data + method + ["-iter", "0", "-seed", "3", "-save_model", "start", "-model_digits", "17"]
    ).expectSuccess()

    let script = BuiltTool.packageFolder.appendingPathComponent("Tests/clients/dense_head.py")
    let python = try shell.run(
      [
        "-c", "exec \"$0\" \"$@\"", try #require(Self.python), script.path, "start", "train",
        "validation", "weights", task, activation, "64", "20",
      ])
    try #require(python.status == 0, "\(python)")
    let expected = python.outputText.split(separator: "\n").map { line in
      line.split(separator: " ").compactMap { Double($0) }
    }
    try #require(expected.count == 20 && expected.allSatisfy { $0.count == 2 })
    try #require(expected[19][0] < 0.9 * expected[0][0])

    let found = try losses(in: shell, task == "r" ? .regression : .classification)
    for (found, expected) in zip(found, expected) {
      #expect(abs(found.train / expected[0] - 1) < 1e-6)
      #expect(abs(found.validation / expected[1] - 1) < 1e-6)
    }
    // The command learns the same; its log has six digits.
    let run = try libFM.run(
      data + method + [
        "-load_model", "start", "-validation", "validation", "-iter", "20", "-shuffle", "0",
        "-batch_size", "64", "-early_stopping", "-1", "-rlog", "log",
      ])
    run.expectSuccess()
    let log = try shell.read("log").split(separator: "\n").map { $0.split(separator: "\t") }
    let column = try #require(log.first?.firstIndex(of: "loss"))
    #expect(
      log.dropFirst().map { String($0[column]) } == found.map { GeneralFormat.text($0.train) })
    #expect(
      log.dropFirst().map { String($0[column + 1]) }
        == found.map { GeneralFormat.text($0.validation) })
  }

  private func losses(
    in folder: BuiltTool, _ task: LearningTask
  ) throws -> [(train: Double, validation: Double)] {
    func path(_ name: String) -> String { folder.folder.appendingPathComponent(name).path }
    let pool = WorkerPool(workerCount: 2)
    func dataset(_ name: String) throws -> Dataset {
      let dataset = try SparseTextReader(pool: pool).read(path(name)).dataset
      return task == .classification ? try dataset.withBinaryTargets() : dataset
    }
    let content = try ModelFile.load(path("start"))
    var train = try dataset("train")
    train.caseWeights = try CaseWeightsReader.read(
      path: path("weights"), caseCount: train.caseCount)
    var solver = DenseHeadDescent(
      model: try #require(DenseHeadMachine(content.machine, content.training, content.head)),
      train: train, validation: try dataset("validation"),
      options: .init(task: task, iterations: 20, batchSize: 64, shuffles: false),
      random: GlibcRandom(seed: 1), pool: pool)
    var losses: [(Double, Double)] = []
    try solver.run { report in
      losses.append((report.loss, report.validationLoss ?? .nan))
      return .proceed
    }
    return losses
  }

  /// Cases of three columns with values, some of them with a column twice or not at all.
  private struct Text {
    private let random: RandomNumbers

    init(seed: UInt32) { random = RandomNumbers(seed: seed) }

    let groups = (0..<12).map { "\($0 / 4)\n" }.joined()

    func cases(_ count: Int) -> String {
      (0..<count).map { index in
        var features = [random.below(4), 4 + random.below(4), 8 + random.below(4)]
        if random.below(5) == 0 { features.append(random.below(12)) }
        if index > 0, random.below(6) == 0 { features.removeFirst() }
        if index == 0 { features = [0, 5, 11] }
        let target = Double(max(0, features.reduce(0) { $0 + $1 * $1 % 7 } - 6)) / 10
        let entries = features.map { "\($0):\(Double(1 + random.below(3)) / 2)" }
        return "\(target) \(entries.joined(separator: " "))\n"
      }.joined()
    }

    func weights(_ count: Int) -> String {
      (0..<count).map { _ in "\(Double(random.below(5)) / 2)\n" }.joined()
    }
  }

  private final class RandomNumbers {
    private var random: GlibcRandom

    init(seed: UInt32) { random = GlibcRandom(seed: seed) }

    func below(_ bound: Int) -> Int { Int(random.uniform() * Double(bound)) }
  }
}
