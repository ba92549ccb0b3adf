// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import triple_format_to_libfm

@Suite("A line of a table")
struct FieldSplitterTests {
  @Test(
    "is split as Perl's split does",
    arguments: [
      (" ", "a b c", ["a", "b", "c"]),
      (" ", "  a  b  ", ["", "", "a", "", "b"]),
      (" ", "   ", []),
      (" ", "abc", ["abc"]),
      ("::", "u1::i:1:::5", ["u1", "i:1", ":5"]),
      ("::", "a:b:", ["a:b:"]),
      (#"\t"#, "a\tb", ["a", "b"]),
      (#"\|"#, "a|b||", ["a", "b"]),
      (#"\|\|"#, "a||b|c", ["a", "b|c"]),
      (",", "a,b\r", ["a", "b\r"]),
      ("[,;]", "a,b;;c", ["a", "b", "", "c"]),
      (#"[\t ,]+"#, "a, \tb ", ["a", "b"]),
      (#"\s+"#, " a  b\tc ", ["", "a", "b", "c"]),
      (" +", "  a   b", ["", "a", "b"]),
      ("é", "aéb", ["a", "b"]),
      ("[é]", "aéb", ["a", "", "b"]),
      ("[[,]", "a[b,c", ["a", "b", "c"]),
      ("|", "abc", ["a", "b", "c"]),
      ("", "abc", ["a", "b", "c"]),
      ("", "é", ["Ã", "©"]),
      (",*", "a,b,,c", ["a", "b", "c"]),
      ("x*", "xaxb", ["", "a", "b"]),
      (#"\s*,\s*"#, "a , b,c ", ["a", "b", "c "]),
      ("(,)|(;)", "a,b;c", ["a", ",", "", "b", "", ";", "c"]),
      ("a|b", "1a2b3", ["1", "2", "3"]),
      ("(?i)X", "1x2X3", ["1", "2", "3"]),
      (".", "abc", []),
      (".", "\r", []),
      (#"\d"#, "a1b22c", ["a", "b", "", "c"]),
      (#"\w"#, "é1", ["é"]),
      ("^", "ab", ["ab"]),
      ("^a", "ab", ["", "b"]),
      (#"\b"#, "ab cd", ["ab", " ", "cd"]),
      ("a{2}", "1aa2a3", ["1", "2a3"]),
      ("]", "a]b", ["a", "b"]),
      ("[],]", "a]b,c", ["a", "b", "c"]),
      (#"\b"#, "a.b", ["a", ".", "b"]),
      (#"\x2C"#, "a,b", ["a", "b"]),
      ("[[:alpha:]]", "1é2a3", ["1é2", "3"]),
      ("$", "a$b", ["a$b"]),
    ] as [(String, String, [String])])
  func split(pattern: String, line: String, expected: [String]) throws {
    var splitter = FieldSplitter(try Separator(pattern: pattern))
    let found = Array(line.utf8).withUnsafeBytes { bytes in
      splitter.split(bytes)
      return splitter.fields.map { Array(bytes[$0]) }
    }
    let plain = expected.map { Array($0.utf8) }
    // A field may be half of a character; it is then written as the Latin-1 letters of its bytes.
    let latin = expected.map { $0.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) } }
    #expect(found == plain || found == latin)
  }

  @Test(
    "is split without an expression engine where that is possible",
    arguments: [
      (" ", true), ("::", true), (#"\t"#, true), (#"\|"#, true), (#"\s+"#, true),
      ("[,;]", true), (#"[\t,]+"#, true), ("é", true),
      ("|", false), ("", false), ("a|b", false), (",*", false), ("^,", false), (",+;", false),
      ("[^,]", false), ("[a-c]", false), (#"\d"#, false), ("::+", false), ("é+", false),
      ("[[:space:]]", false), (#"\x2c"#, true), (#"\x{2c}"#, false), (#"[\d]"#, false),
    ])
  func recognises(pattern: String, isSimple: Bool) throws {
    if case .expression = try Separator(pattern: pattern) {
      #expect(!isSimple)
    } else {
      #expect(isSimple)
    }
  }

  @Test("is not split at what is no expression", arguments: ["[,", "(", "*", "a**", #"\"#, "[]"])
  func rejects(pattern: String) {
    #expect(throws: (any Error).self) { try Separator(pattern: pattern) }
  }
}
