// SPDX-License-Identifier: Apache-2.0

extension CommandDescription {
  /// What the tools that the original has as well print first: five lines, the first and the last of
  /// them rules of 76 dashes, after which programs that read the output begin.
  public var banner: String {
    let rule = String(repeating: "-", count: 76) + "\n"
    return rule
      + """
      \(name) of libfm-swift, version \(ProductVersion.text)
      \(summary)
      Licensed under the Apache License 2.0; \(spelled("help")) lists the flags

      """ + rule
  }
}
