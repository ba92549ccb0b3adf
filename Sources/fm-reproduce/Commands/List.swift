// SPDX-License-Identifier: Apache-2.0

import CommandLineSupport

extension Subcommand {
  /// Prints all experiments.
  static let list = Subcommand(
    name: "list",
    description: CommandDescription(
      name: "fm-reproduce list",
      summary: "Prints the experiments, what was published on them and where.", usage: [""],
      dialect: .long, flags: [], worksWithoutArguments: true),
    body: { _, output in
      var table = Table(
        header: ["experiment", "published", "k", "iterations", "small: k", "iterations", "on"],
        leftColumns: [0, 1, 6])
      for experiment in Catalog.experiments {
        let (learner, small) = (experiment.learner, experiment.small)
        table.append([
          experiment.name, experiment.published.text, "\(learner.factorCount)",
          "\(learner.iterations)", "\(small.factorCount)", "\(small.iterations)",
          "\(experiment.dataset.title), \(experiment.split.text): \(experiment.title)",
        ])
      }
      output.write(table.text + "\n")
      for experiment in Catalog.experiments {
        output.write(ExperimentDescription(experiment, showsSmall: true).text + "\n")
      }
      return ExitStatus.success
    })
}
