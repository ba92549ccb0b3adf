// SPDX-License-Identifier: Apache-2.0

/// The draws of a run that was broken off, for one that goes on with them.
package struct EarlierDraws {
  /// The file in which they were found.
  package var path: String { beginning.path }

  /// The sections up to the last of them, and the place behind those of the best iteration.
  let beginning: ContainerBeginning

  /// The number of draws up to the best iteration; nil when none was watched for.
  let keptCount: Int?

  /// Looks for the draws in a file; nil when it has others, or part of them only.
  ///
  /// - Parameters:
  ///   - path: a posterior file, complete or in the making.
  ///   - saved: what a checkpoint says of the draws.
  ///   - keptCount: the number of draws up to the best iteration; nil when none was watched for.
  /// - Throws: ``FormatError`` when the file cannot be read.
  package init?(
    _ path: String, _ saved: LearningCourse.SavedDraws, keptCount: Int?
  ) throws(FormatError) {
    guard
      let beginning = try ContainerBeginning(
        path, kind: PosteriorFormat.kind, byteCount: saved.byteCount,
        notingAfter: keptCount.map { $0 + PosteriorFormat.sectionCountBeforeDraws }),
      beginning.place.fingerprint == saved.fingerprint
    else { return nil }
    (self.beginning, self.keptCount) = (beginning, keptCount)
  }
}
