// The highest values of a row that stand apart.
#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

namespace twopop::sync {

/// Positions of local maxima, highest first, each at least `apart` places from those before it. Equal heights come in
/// order of place.
template <typename Value>
std::vector<size_t> highestApart(const std::vector<Value>& values, size_t most, size_t apart) {
  std::vector<size_t> order;
  for (size_t i = 0; i < values.size(); ++i) {
    const bool rises = i == 0 || values[i] > values[i - 1];
    const bool falls = i + 1 == values.size() || values[i] >= values[i + 1];
    if (rises && falls) order.push_back(i);
  }
  const auto higher = [&](size_t a, size_t b) { return values[a] > values[b] || (values[a] == values[b] && a < b); };
  std::vector<size_t> chosen;
  // Few of the highest are crowded out by each other: mostly the first sorting is the last.
  for (size_t sorted = 0, next = std::min(order.size(), 8 * most + 8); sorted < order.size() && chosen.size() < most;) {
    std::partial_sort(order.begin() + static_cast<ptrdiff_t>(sorted), order.begin() + static_cast<ptrdiff_t>(next), order.end(), higher);
    for (; sorted < next && chosen.size() < most; ++sorted) {
      const size_t at = order[sorted];
      const bool near = std::any_of(chosen.begin(), chosen.end(),
                                    [&](size_t other) { return (at > other ? at - other : other - at) < apart; });
      if (!near) chosen.push_back(at);
    }
    next = std::min(order.size(), 4 * next);
  }
  return chosen;
}

}  // namespace twopop::sync
