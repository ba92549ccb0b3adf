// SPDX-License-Identifier: Apache-2.0

import CommandLineSupport

/// All that the tool does, in the order of the help.
let reproduceSubcommands: [Subcommand] = [.report]
