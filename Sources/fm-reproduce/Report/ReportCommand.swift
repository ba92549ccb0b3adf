// SPDX-License-Identifier: Apache-2.0

import CSVConversion
import CommandLineSupport
import FactorizationMachines
import LibFMFormats

extension Subcommand {
  /// Draws what logs and models hold.
  static let report = Subcommand(
    name: "report", description: ReportCommand.description,
    body: { flags, _ in
      let command = try ReportCommand(flags)
      try command.run()
      return ExitStatus.success
    })
}

/// Turns logs and a model into pictures.
struct ReportCommand {
  private let logPaths: [String]
  private let modelPath: String?
  private let encoderPath: String?
  private let groupsPath: String?
  private let pagePath: String?
  private let drawingPath: String?
  private let title: String

  static let description = CommandDescription(
    name: "fm-reproduce report",
    summary:
      "Draws learning curves and traces of hyper-parameters from logs of libFM, and a map of "
      + "the embeddings of a model.",
    usage: ["[LOG.tsv ...] [--model FILE] --out FILE.html [options]"], dialect: .long,
    flags: [
      Flag(
        "model", .path, "FILE", section: "Input",
        help: "A model that libFM has saved with -save_model, for the map."),
      Flag(
        "encoder", .path, "DIR", section: "Input",
        help: "The encoder that csv2libfm has saved with the training data: names for features, "
          + "columns and groups."),
      Flag(
        "groups", .path, "FILE", section: "Input",
        help: "Without an encoder: the groups of the features (libFM's -meta), by which the map is "
          + "coloured."),
      Flag(
        "out", .path, "FILE", section: "Output",
        help: "The report as one HTML file that needs no other."),
      Flag(
        "svg", .path, "FILE", section: "Output", help: "All charts below each other as SVG."),
      Flag(
        "title", .text, section: "Output", default: "Factorization machines: report",
        help: "What stands above all."),
    ],
    operandCount: 0...1000,
    examples: [
      .init(
        "Compare two runs:", "fm-reproduce report sgd.tsv mcmc.tsv --out report.html"),
      .init(
        "The embeddings as well:",
        "fm-reproduce report sgd.tsv --model model.txt --encoder DIR --out report.html"),
    ])

  /// Reads the command line.
  ///
  /// - Throws: a `CommandError` of status 64 when it makes no sense.
  init(_ flags: ParsedFlags) throws(CommandError) {
    logPaths = flags.operands
    modelPath = flags.isGiven("model") ? try flags.requiredPath("model") : nil
    encoderPath = flags.isGiven("encoder") ? try flags.requiredPath("encoder") : nil
    groupsPath = flags.isGiven("groups") ? try flags.requiredPath("groups") : nil
    pagePath = flags.isGiven("out") ? try flags.requiredPath("out") : nil
    drawingPath = flags.isGiven("svg") ? try flags.requiredPath("svg") : nil
    title = flags.text("title") ?? "Factorization machines: report"
    guard pagePath != nil || drawingPath != nil else {
      throw .usage("--out or --svg is missing; --help lists the flags")
    }
    guard !logPaths.isEmpty || modelPath != nil else {
      throw .usage("there is nothing to draw; give logs that -rlog has written, or a --model")
    }
    if groupsPath != nil, encoderPath != nil {
      throw .usage("--groups is for models without --encoder; give one of the two")
    }
    if groupsPath != nil, modelPath == nil {
      throw .usage("--groups colours the map of a model; give --model as well")
    }
    var known: Set<String> = []
    if let repeated = logPaths.first(where: { !known.insert($0).inserted }) {
      throw .usage("the log '\(repeated)' is given twice")
    }
  }

  /// Reads, draws and writes.
  ///
  /// - Throws: `FormatError` for files that cannot be read or written; `CommandError` for an output that
  ///   would replace an input.
  func run() throws {
    try checkOutputs()
    let runs = try self.runs()
    let encoder = try encoderPath.map { try Encoder(loadingFrom: $0) }
    var drawings = LearningCurves(runs: runs).drawings
    let groupNames = encoder.flatMap { Self.groupNames(of: $0.schema) }
    if let traces = HyperparameterTraces(runs: runs, groupNames: groupNames).drawing {
      drawings.append(traces)
    }
    if let modelPath { drawings.append(try map(of: modelPath, encoder)) }
    try write(runs, drawings)
  }

  private func checkOutputs() throws {
    let encoderFiles = ["schema.json", "features.tsv", "implicit.tsv"]
    var conflicts = FileConflicts(
      inputs: logPaths + [modelPath, groupsPath].compactMap(\.self)
        + (encoderPath.map { folder in encoderFiles.map { "\(folder)/\($0)" } } ?? []))
    let outputs = [pagePath, drawingPath].compactMap(\.self)
    try conflicts.addOutputs(outputs)
    for path in outputs { try WholeFile.checkWritable(path) }
  }

  /// The runs, called by the names of their files, or by their paths where names are equal.
  private func runs() throws(FormatError) -> [RunHistory] {
    let names = logPaths.map { String($0.split(separator: "/").last ?? "") }
    var runs: [RunHistory] = []
    for (path, name) in zip(logPaths, names) {
      let isUnique = names.count { $0 == name } == 1
      runs.append(try RunHistory(path: path, name: isUnique ? name : path))
    }
    return runs
  }

  /// The columns that are the groups, where each group is one column of the main table.
  private static func groupNames(of schema: Schema) -> [String]? {
    guard schema.columns.allSatisfy({ $0.relation == nil }) else { return nil }
    let columns = schema.columns.sorted { $0.group < $1.group }
    guard columns.map(\.group) == Array(columns.indices) else { return nil }
    return columns.map(\.name)
  }

  private func map(of path: String, _ encoder: Encoder?) throws -> Drawing {
    let model = try ModelFile.read(path)
    let names =
      if let encoder {
        try FeatureNames(encoder, model: model, path: path)
      } else if let groupsPath {
        FeatureNames(
          try GroupsReader.read(path: groupsPath, featureCount: model.shape.featureCount))
      } else {
        FeatureNames(featureCount: model.shape.featureCount)
      }
    return MapDrawing(map: try EmbeddingMap(model, names: names, path: path)).drawing
  }

  private func write(_ runs: [RunHistory], _ drawings: [Drawing]) throws {
    let warnings = runs.flatMap(Self.warnings)
    for warning in warnings { Self.description.report("warning: \(warning)") }
    var files: [WholeFile] = []
    if let pagePath {
      let page = ReportPage(
        title: title, sources: (logPaths + [modelPath].compactMap(\.self)).joined(separator: ", "),
        warnings: warnings, table: runs.isEmpty ? nil : FigureTable(runs: runs),
        drawings: drawings)
      files.append(try Self.file(pagePath, page.html))
    }
    if let drawingPath {
      files.append(try Self.file(drawingPath, Drawing.stacked(drawings, title: title)))
    }
    for file in files { try file.commit() }
  }

  /// What concerns a whole log.
  private static func warnings(_ run: RunHistory) -> [String] {
    var warnings: [String] = []
    if run.log.endsAbruptly {
      warnings.append(
        "The last line of \(run.name) has no end and is left out; was the run still going on?")
    }
    if !run.hasFigures {
      warnings.append("\(run.name) has no figures; was there no -test?")
    }
    return warnings
  }

  /// A file that is written, but not committed.
  private static func file(_ path: String, _ text: String) throws(FormatError) -> WholeFile {
    let file = try WholeFile(path)
    try file.write(text)
    return file
  }
}
