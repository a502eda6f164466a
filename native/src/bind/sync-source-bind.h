// What JavaScript holds of a clip or recorder file that is being synced.
#pragma once

#include <napi.h>

#include <memory>

#include "disk/pcm-file.h"
#include "disk/sync-scratch.h"

namespace twopop::bind {

/// Puts the class `SyncSource` among the exports.
void initSyncSource(Napi::Env env, Napi::Object exports);

/// The sound behind a `SyncSource`; throws when it was disposed of.
std::shared_ptr<sync::ScratchSignal> signalOf(const Napi::Value& value);

/// `{path, tracks: [{format, bigEndian, channelCount, delayFrames, extents: Float64Array of offset, frames, ...}]}`
std::shared_ptr<const disk::PcmFile> pcmFile(const Napi::Object& layout);

}  // namespace twopop::bind
