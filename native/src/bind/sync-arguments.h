// What the searches of dual-system sync are asked with, and the lists that they answer with.
#pragma once

#include <napi.h>

#include <atomic>
#include <cstddef>
#include <initializer_list>
#include <utility>

namespace twopop::bind {

inline double number(const Napi::Object& object, const char* key) { return object.Get(key).As<Napi::Number>().DoubleValue(); }

inline size_t count(const Napi::Object& object, const char* key) { return static_cast<size_t>(number(object, key)); }

/// The cancel flag is an Int32Array over shared memory, read by the kernels while they run: it is to be kept until then.
inline const std::atomic<int32_t>* flagOf(const Napi::Value& value) {
  static_assert(sizeof(std::atomic<int32_t>) == sizeof(int32_t), "the flag is read in place");
  return reinterpret_cast<const std::atomic<int32_t>*>(value.As<Napi::Int32Array>().Data());
}

inline Napi::Object numbersOf(Napi::Env env, std::initializer_list<std::pair<const char*, double>> numbers) {
  Napi::Object out = Napi::Object::New(env);
  for (const auto& [name, value] : numbers) out.Set(name, value);
  return out;
}

/// A list with what `entry` makes of each item.
template <class Items, class Entry>
Napi::Array listOf(Napi::Env env, const Items& items, const Entry& entry) {
  Napi::Array out = Napi::Array::New(env, items.size());
  uint32_t index = 0;
  for (const auto& item : items) out.Set(index++, entry(item));
  return out;
}

}  // namespace twopop::bind
