// SPDX-License-Identifier: Apache-2.0

import CommandLineSupport
import LibFMFormats

extension Subcommand {
  /// Writes what libFM needs to run an experiment.
  static let export = Subcommand(
    name: "export",
    description: CommandDescription(
      name: "fm-reproduce export",
      summary: "Writes the files of an experiment as libFM reads them, and run.sh with the command "
        + "line, so that any libFM can be run on the same input. Figures are those of "
        + "fm-reproduce run with the same seed.",
      usage: ["NAME --data DIR --out DIR [options]"], dialect: .long,
      flags: ReproductionSettings.flags + [
        Flag(
          "out", .path, "DIR", section: "Output", help: "The folder to write to; made if needed.")
      ],
      operandCount: 1...1,
      examples: [
        .init(
          "Run another libFM on the same files:",
          "fm-reproduce export ml-100k-u3-side --data ~/movielens --out side && "
            + "side/run.sh ~/libfm-1.4.4/bin/libFM")
      ]),
    body: { flags, output in
      let folder = try flags.requiredPath("out")
      let settings = try ReproductionSettings(flags)
      guard settings.experiments.count == 1 else {
        throw CommandError.usage(
          "'\(flags.operands[0])' is \(settings.experiments.count) experiments; name one of them: "
            + settings.experiments.map(\.experiment.name).joined(separator: ", "))
      }
      let experiment = settings.experiments[0].experiment
      let source = try MovieLensFolder(experiment.dataset, in: settings.dataFolder)
      try OutputFolder.make(folder)
      let files = PreparedFiles(experiment.features) { "\(folder)/\($0)" }
      let progress = ProgressLine(isQuiet: settings.isQuiet)
      progress.update("\(experiment.name), seed \(settings.seed): preparing")
      let preparation = Preparation(
        experiment: experiment, folder: source, pool: settings.pool)
      try preparation.write(files, seed: UInt64(settings.seed))
      let script = ExportScript(experiment, features: experiment.features, seed: settings.seed)
      try script.write(to: "\(folder)/run.sh")
      progress.clear()
      output.write(
        ExperimentDescription(experiment, showsSmall: settings.isSmall).text
          + "  seed       \(settings.seed)\n  to run     \(folder)/run.sh [LIBFM [FLAGS]]\n")
      return ExitStatus.success
    })
}
