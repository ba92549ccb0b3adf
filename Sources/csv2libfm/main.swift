// SPDX-License-Identifier: Apache-2.0

import CommandLineSupport

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

exit(
  conversionCommand.run { flags, output in
    try Conversion(Settings(flags), output: output).run()
    return ExitStatus.success
  })
