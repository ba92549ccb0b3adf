// SPDX-License-Identifier: Apache-2.0

import CSVConversion
import FactorizationMachines
import LibFMFormats

/// The plane that a model's factors are shown in: that of the first two principal components, or, with
/// one factor, that of the factor and the linear weight.
struct EmbeddingPlane {
  private let model: FactorizationMachine
  private let components: PrincipalComponents

  /// Finds the plane of some features, whose factors must be usable.
  init(of features: [Int], in model: FactorizationMachine) {
    self.model = model
    components = PrincipalComponents(of: features, in: model)
  }

  private var hasTwoComponents: Bool { model.shape.factorCount > 1 }

  /// Whether distances mean the same along both axes.
  var hasEqualAxes: Bool { hasTwoComponents }

  /// The names of the axes.
  var axisNames: (horizontal: String, vertical: String) {
    guard hasTwoComponents else {
      return ("Factor", model.shape.usesWeights ? "Linear weight" : "No linear weights")
    }
    func name(_ component: Int) -> String {
      let share = (components.shares[component] * 1000).rounded() / 10
      return "Principal component \(component + 1) (\(GeneralFormat.text(share)) % of variance)"
    }
    return (name(0), name(1))
  }

  /// What to tell the reader.
  var notes: [String] {
    guard hasTwoComponents else {
      return ["The model has one factor: the vertical axis is the linear weight."]
    }
    return components.shares[0] > 0
      ? [
        "The factors seen along the two directions in which they differ most; both axes have one scale."
      ]
      : ["All features have the same factors, so that all points lie on each other."]
  }

  /// Where a feature lies.
  func place(of feature: Int) -> (x: Double, y: Double) {
    guard hasTwoComponents else {
      let weight = model.shape.usesWeights ? model[weight: feature] : 0
      return (model[factor: 0, ofFeature: feature], AxisScale.canShow(weight) ? weight : 0)
    }
    return (
      components.coordinate(of: feature, in: model, along: 0),
      components.coordinate(of: feature, in: model, along: 1)
    )
  }
}
