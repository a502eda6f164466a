// Between the values of native-engine.ts and those of device/live-session.h.
#pragma once

#include <napi.h>

#include <cstdint>
#include <vector>

#include "device/live-session.h"

namespace twopop::bind {

/// The least integer that a JavaScript number holds exactly.
constexpr int64_t kLeast = -9007199254740991;

device::DeviceConfig deviceConfig(Napi::Value value);
Napi::Value deviceFacts(Napi::Env env, const device::DeviceConfig& config, const device::DeviceFacts& facts);
/// Without its plan.
device::SceneUpdate sceneUpdate(Napi::Object given);
device::MonitorUpdate monitorUpdate(Napi::Value value);
device::RollUpdate rollUpdate(Napi::Value value);
/// `{fromSample, toSample}`; null is none.
rt::TimelineSpan span(Napi::Value value, const char* name);
std::vector<uint32_t> channelList(Napi::Value value, const char* name);
/// The files alone.
disk::RecordRequest recordRequest(Napi::Value value);
Napi::Value liveState(Napi::Env env, const device::LiveState& state);
Napi::Value troubledFiles(Napi::Env env, const std::vector<disk::TroubledFile>& files);

}  // namespace twopop::bind
