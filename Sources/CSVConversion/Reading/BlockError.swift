// SPDX-License-Identifier: Apache-2.0

import LibFMFormats

/// What is wrong with a cell or record, before the place in the file is worked out.
struct BlockError: Error, Sendable {
  /// The byte within the block.
  var offset: Int

  /// What was found.
  var found: String

  /// What should have been there.
  var expected: String = ""

  /// What the user can do.
  var advice: String = ""

  /// The error that comes first in the block, of two or fewer.
  static func first(_ one: BlockError?, _ other: BlockError?) -> BlockError? {
    guard let one else { return other }
    guard let other else { return one }
    return other.offset < one.offset ? other : one
  }
}
