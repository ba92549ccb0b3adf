// SPDX-License-Identifier: Apache-2.0

import CSVConversion
import CommandLineSupport
import FactorizationMachines
import LibFMFormats

/// One run of the program: reads, fits, encodes, and completes all files at the end.
struct Conversion {
  private let settings: Settings
  private let output: StandardOutput
  private let pool: WorkerPool

  init(_ settings: Settings, output: StandardOutput) {
    self.settings = settings
    self.output = output
    pool = WorkerPool(workerCount: settings.threadCount)
  }

  /// A relation and where its files go.
  private struct NamedRelation {
    var key: String
    var prefix: String
  }

  /// Does everything.
  func run() throws {
    let saved = try settings.savedEncoder.map { try Encoder(loadingFrom: $0) }
    var reading = settings.reading
    if let schema = saved?.schema, !settings.isReadingGiven {
      reading.hasHeader = schema.hasHeader
      reading.skipsInitialSpace = schema.skipsInitialSpace
    }
    let missing = saved?.schema.missing ?? settings.options.missing
    let jobs = try jobs(reading, missing: missing)
    let tables = jobs.map(\.table)
    let relations = try namedRelations(jobs[0])
    let weighting = try namedWeighting(jobs[0])
    if !settings.isDryRun {
      try checkOutputs(of: jobs, relations: relations, areWeighted: weighting != nil)
    }
    let fitted = try settings.fitPath.flatMap { path in
      settings.inputs.contains(path)
        ? nil : try open(path, reading: reading, missing: missing)
    }
    let fitIndex = settings.fitPath.flatMap(settings.inputs.firstIndex) ?? 0
    let fitTable = fitted ?? tables[fitIndex]
    let others =
      fitted != nil
      ? tables
      : tables.enumerated().filter { $0.offset != fitIndex }
        .map(\.element)
    var encoder =
      try saved
      ?? Encoder.fit(fitTable, options: settings.options, alsoFor: others, pool: pool)
    if settings.isUnknownGiven {
      encoder = try encoder.treatingUnknownValues(as: settings.options.unknown)
    }
    if encoder.schema.unknown == .new {
      for table in saved == nil ? others : tables {
        encoder = try encoder.extended(by: table, pool: pool)
      }
    }
    let summary = Summary(
      encoder, tables: tables, isSaved: saved != nil, weighting: weighting)
    // libFM counts features by the greatest id, and those of the relations follow.
    let mentionsLastFeature =
      !relations.isEmpty && !(fitted == nil && encoder.hasLastMainFeature)
    if settings.isDryRun {
      output.write(summary.columns)
      output.write("\n\(jobs[0].outputPath) would begin with\n")
      return output.write(
        try encoder.preview(
          tables[0], rowCount: 5, relationKeys: relations.map(\.key),
          mentionsLastFeature: mentionsLastFeature))
    }
    let text = try write(
      encoder, jobs: jobs, relations: relations, weighting: weighting, summary: summary,
      mentionsLastFeature: mentionsLastFeature)
    if !settings.isQuiet { output.write(text) }
  }

  // MARK: Input

  private func jobs(_ reading: CSVTable.Options, missing: MissingValues) throws -> [Job] {
    var jobs: [Job] = []
    for input in settings.inputs {
      let table = try open(input, reading: reading, missing: missing)
      let path = try outputPath(of: input)
      guard let split = settings.split else {
        jobs.append(Job(table: try ordered(table), outputPath: path))
        continue
      }
      let parts = try split.apply(to: table, missing: missing)
      let stem = path.dropLast(".libfm".count)
      jobs.append(Job(table: try ordered(parts.train), outputPath: stem + ".train.libfm"))
      jobs.append(Job(table: try ordered(parts.test), outputPath: stem + ".test.libfm"))
    }
    for (index, job) in jobs.enumerated()
    where jobs[..<index].contains(where: { $0.outputPath == job.outputPath }) {
      throw CommandError.usage("two files would both become \(job.outputPath)")
    }
    return jobs
  }

  private func open(
    _ path: String, reading: CSVTable.Options, missing: MissingValues
  ) throws -> CSVTable {
    let table = try CSVTable(path: path, options: reading)
    if let reason = table.spoolingReason {
      conversionCommand.report("\(table.path) is \(reason) to a temporary file, to be read twice")
    }
    return try settings.counting.map { try $0.apply(to: table, missing: missing) } ?? table
  }

  private func ordered(_ table: CSVTable) throws -> CSVTable {
    try settings.shuffleSeed.map { try table.shuffled(seed: $0) } ?? table
  }

  /// The input's name with the ending `.libfm`, beside it or in the output folder.
  private func outputPath(of input: String) throws(CommandError) -> String {
    if input == "-" {
      return (settings.outputFolder.map { $0 + "/" } ?? "")
        + (settings.standardInputName ?? "") + ".libfm"
    }
    var name = input
    if name.hasSuffix(".gz") { name.removeLast(3) }
    let slash = name.lastIndex(of: "/")
    let folder = slash.map { String(name[...$0]) } ?? ""
    var base = slash.map { String(name[name.index(after: $0)...]) } ?? name
    if let point = base.lastIndex(of: "."), point > base.startIndex {
      base = String(base[..<point])
    }
    let path = (settings.outputFolder.map { $0 + "/" } ?? folder) + base + ".libfm"
    guard path != input else {
      throw .usage("the output for \(input) would replace it; give --out-dir")
    }
    return path
  }

  // MARK: Output

  /// Writes all files and completes them together.
  ///
  /// - Returns: what to tell the user.
  private func write(
    _ encoder: Encoder, jobs: [Job], relations named: [NamedRelation], weighting: RowWeighting?,
    summary: Summary, mentionsLastFeature: Bool
  ) throws -> String {
    if let folder = settings.outputFolder { try OutputFolder.make(folder) }
    var text = summary.columns + "\n"
    var files: [WholeFile] = []
    let blocks = try named.map { relation in
      try RelationBlock(encoder, key: relation.key, tables: jobs.map(\.table), pool: pool)
    }
    let relations = try zip(named, blocks).map { relation, block in
      try RelationFiles(block, prefix: relation.prefix, pool: pool)
    }
    for (number, job) in jobs.enumerated() {
      let file = try WholeFile(job.outputPath)
      let references = try relations.map { relation in
        try WholeFile(relation.prefix + referenceEnding(number, job.outputPath))
      }
      // Only rows to learn from need weights: those of the first table.
      let weights = try weighting.flatMap { weighting in
        number == 0 || job.has(weighting, encoder)
          ? (weighting: weighting, file: try WholeFile(job.weightsPath)) : nil
      }
      let report = try encoder.encode(
        job.table, to: file, relations: Array(zip(blocks, references)).map { ($0, $1) },
        weights: weights, mentionsLastFeature: mentionsLastFeature && number == 0, pool: pool)
      text += summary.line(job.outputPath, report)
      if weights != nil { text += summary.weightsLine(job.weightsPath, report) }
      files.append(file)
      files += [weights?.file].compactMap(\.self)
      files += references
    }
    if jobs.count == 1 {
      for relation in relations { files.append(try WholeFile(relation.prefix + ".test")) }
    }
    for (block, relation) in zip(blocks, relations) {
      text += summary.line(relation.prefix, block)
    }
    if let path = settings.groupsPath {
      let file = try WholeFile(path)
      try encoder.writeGroups(to: file, includesRelations: blocks.isEmpty)
      files.append(file)
    }
    if let folder = settings.encoderFolder { files += try encoder.savedFiles(in: folder) }
    for relation in relations { try relation.commit() }
    for file in files { try file.commit() }
    return text
  }

  /// The relations to write.
  private func namedRelations(_ job: Job) throws -> [NamedRelation] {
    try settings.relations.map { relation in
      let key = job.table.columns[try job.table.column(relation.key)]
      let folder = job.outputPath.lastIndex(of: "/").map { job.outputPath[...$0] } ?? ""
      let prefix = relation.prefix ?? folder + String(key.map { $0 == "/" ? "_" : $0 })
      return NamedRelation(key: key, prefix: prefix)
    }
  }

  /// What rows count, a column by its name in the first table.
  private func namedWeighting(_ job: Job) throws -> RowWeighting? {
    guard case .column(let reference) = settings.weighting else { return settings.weighting }
    return .column(job.table.columns[try job.table.column(reference)])
  }

  /// Refuses outputs that would replace an input or one another.
  private func checkOutputs(
    of jobs: [Job], relations: [NamedRelation], areWeighted: Bool
  ) throws(CommandError) {
    var conflicts = FileConflicts(inputs: settings.inputs + [settings.fitPath].compactMap { $0 })
    let encoderFiles = ["/schema.json", "/features.tsv", "/implicit.tsv"]
    if let folder = settings.encoderFolder {
      try conflicts.addOutputs(encoderFiles.map { folder + $0 })
    }
    // The saved encoder is noted now, as an extended one may take its place.
    if let folder = settings.savedEncoder {
      for file in encoderFiles { conflicts.noteInput(folder + file) }
    }
    try conflicts.addOutputs(jobs.map(\.outputPath))
    if areWeighted { try conflicts.addOutputs(jobs.map(\.weightsPath)) }
    try conflicts.addOutputs([settings.groupsPath].compactMap { $0 })
    for relation in relations {
      var endings = [".x", ".xt", ".groups", ".train", ".test"]
      endings += jobs.indices.dropFirst(2).map { referenceEnding($0, jobs[$0].outputPath) }
      try conflicts.addOutputs(endings.map { relation.prefix + $0 })
    }
  }

  /// The ending of the file with the references of a table: libFM looks for those of the first table in
  /// `.train` and for those of the second in `.test`.
  private func referenceEnding(_ number: Int, _ outputPath: String) -> String {
    switch number {
    case 0: return ".train"
    case 1: return ".test"
    default:
      let name = outputPath.split(separator: "/").last ?? ""
      return "." + name.dropLast(".libfm".count)
    }
  }
}
