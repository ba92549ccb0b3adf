// SPDX-License-Identifier: Apache-2.0

import CommandLineSupport

/// What the command line says about checkpoints.
struct CheckpointSettings {
  /// The file to save the state of learning to.
  let path: String?

  /// The number of iterations from one checkpoint to the next.
  let interval: Int

  /// The file to go on from.
  let resumePath: String?

  init(_ flags: ParsedFlags) throws(CommandError) {
    path = try Settings.path("checkpoint", flags)
    resumePath = try Settings.path("resume", flags)
    interval = flags.integer("checkpoint_every") ?? 10
    guard interval >= 1 else {
      throw .usage(
        "-checkpoint_every is \(interval); give the number of iterations between checkpoints, "
          + "1 or more")
    }
    if path == nil, flags.isGiven("checkpoint_every") {
      throw .usage("-checkpoint_every needs -checkpoint: name the file to save to")
    }
  }
}
