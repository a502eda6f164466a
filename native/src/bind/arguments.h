// Reading JavaScript arguments: a wrong one throws a TypeError that names it.
#pragma once

#include <napi.h>

#include <cmath>
#include <initializer_list>
#include <string>
#include <vector>

#include "plan.h"

namespace twopop::bind {

[[noreturn]] inline void refuse(Napi::Env env, const std::string& what) { throw Napi::TypeError::New(env, what); }

/// An integer within ±2^53 and `low`..
inline int64_t integer(Napi::Value value, const char* name, int64_t low = 0) {
  const double number = value.IsNumber() ? value.As<Napi::Number>().DoubleValue() : NAN;
  if (!(std::fabs(number) <= 9007199254740991.0) || number != std::floor(number) || number < static_cast<double>(low)) {
    refuse(value.Env(), std::string(name) + " must be an integer of at least " + std::to_string(low));
  }
  return static_cast<int64_t>(number);
}

inline std::string text(Napi::Value value, const char* name) {
  if (!value.IsString()) refuse(value.Env(), std::string(name) + " must be a string");
  std::string result = value.As<Napi::String>().Utf8Value();
  if (result.find('\0') != std::string::npos) refuse(value.Env(), std::string(name) + " holds a zero character");
  return result;
}

inline Napi::Object object(Napi::Value value, const char* name) {
  if (!value.IsObject()) refuse(value.Env(), std::string(name) + " must be an object");
  return value.As<Napi::Object>();
}

/// The bytes of a Uint8Array (a Buffer is one), copied; none where it is undefined.
inline std::vector<uint8_t> bytes(Napi::Value value, const char* name) {
  if (value.IsUndefined()) return {};
  if (!value.IsTypedArray() || value.As<Napi::TypedArray>().TypedArrayType() != napi_uint8_array) {
    refuse(value.Env(), std::string(name) + " must be a Uint8Array");
  }
  const auto array = value.As<Napi::Uint8Array>();
  return std::vector<uint8_t>(array.Data(), array.Data() + array.ByteLength());
}

/// The position of a name among the names a thing may have.
inline uint32_t named(Napi::Value value, const char* name, std::initializer_list<const char*> names) {
  const std::string given = text(value, name);
  uint32_t index = 0;
  for (const char* candidate : names) {
    if (given == candidate) return index;
    index++;
  }
  refuse(value.Env(), std::string(name) + " \"" + given + "\" is not known");
}

/// `{path, dataOffsetBytes, format, channelCount, frameCount}`.
inline PlanSource source(Napi::Value value) {
  const Napi::Object given = object(value, "source");
  PlanSource source;
  source.path = text(given.Get("path"), "path");
  source.dataOffsetBytes = static_cast<uint64_t>(integer(given.Get("dataOffsetBytes"), "dataOffsetBytes"));
  source.format =
      static_cast<PcmFormat>(named(given.Get("format"), "format", {"u8", "s16", "s24", "s32", "f32", "f64"}));
  const int64_t channels = integer(given.Get("channelCount"), "channelCount", 1);
  if (channels > 1024) refuse(value.Env(), "channelCount must be at most 1024");
  source.channelCount = static_cast<uint32_t>(channels);
  source.frameCount = integer(given.Get("frameCount"), "frameCount");
  return source;
}

}  // namespace twopop::bind
