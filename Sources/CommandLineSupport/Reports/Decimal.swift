// SPDX-License-Identifier: Apache-2.0

/// A number with a fixed number of digits after the point, rounded.
package func decimal(_ number: Double, digits: Int) -> String {
  var scale = 1.0
  for _ in 0..<digits { scale *= 10 }
  let scaled = (number.magnitude * scale).rounded()
  guard scaled < 1e15 else { return "\(number)" }
  var text = String(Int(scaled))
  while text.count <= digits { text = "0" + text }
  if digits > 0 { text.insert(".", at: text.index(text.endIndex, offsetBy: -digits)) }
  return number < 0 && scaled > 0 ? "-" + text : text
}
