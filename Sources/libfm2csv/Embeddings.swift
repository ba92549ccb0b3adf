// SPDX-License-Identifier: Apache-2.0

import CSVConversion
import CommandLineSupport
import LibFMFormats

extension Subcommand {
  /// Prints the parameters of all features.
  static let embeddings = Subcommand(
    name: "embeddings", description: embeddingsCommand,
    body: { flags, output in
      let features = try flags.learnedFeatures(embeddingsCommand)
      let columns = flags.texts("columns").map(Set.init)
      if let unknown = columns?.first(where: { name in
        !features.encoder.schema.columns.contains { $0.name == name }
      }) {
        throw CommandError.failure("the encoder has no column '\(unknown)'")
      }
      if let path = flags.text("npy") {
        try checkOutput(path, flags)
        let file = try WholeFile(path)
        try features.writeFactors(to: file)
        try file.commit()
      }
      try features.writeEmbeddings(of: columns) { output.write($0) }
      return ExitStatus.success
    })
}

/// Refuses to write over the model or the encoder.
private func checkOutput(_ path: String, _ flags: ParsedFlags) throws(CommandError) {
  let folder = flags.text("encoder") ?? ""
  let inputs =
    [flags.text("model") ?? ""]
    + ["/schema.json", "/features.tsv", "/implicit.tsv"].map { folder + $0 }
  guard let output = FileIdentity(ofOutput: path) else { return }
  if let input = inputs.first(where: { FileIdentity(ofInput: $0) == output }) {
    throw .usage("--npy: '\(path)' would replace '\(input)', which is read; give another name")
  }
}

private let embeddingsCommand = CommandDescription(
  name: "libfm2csv embeddings",
  summary: "Prints a row for each feature: id, column, value, bias (the linear weight) and its "
    + "factors.",
  usage: ["--model FILE --encoder DIR [options]"], dialect: .long,
  flags: [
    .model, .encoder,
    Flag(
      "columns", .textList, section: "Output", default: "all", help: "Print these columns only."),
    Flag(
      "npy", .path, "FILE", section: "Output",
      help: "Also write the factors as a NumPy array, a row for each id from 0."),
  ],
  examples: [
    .init(
      "Factors as a table:",
      "libfm2csv embeddings --model model.txt --encoder DIR > embeddings.csv")
  ])
