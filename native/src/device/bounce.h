// A bounce: pumps a plan through the renderer as fast as the cores go, into files.
#pragma once

#include <atomic>
#include <functional>
#include <string>
#include <vector>

#include "disk/source-files.h"
#include "dsp/pcm.h"
#include "plan.h"
#include "rt/renderer.h"

namespace twopop::device {

struct BounceOutput {
  std::string path;
  std::vector<uint8_t> headerBytes;   // written as they are, before the samples
  std::vector<uint8_t> trailerBytes;  // and after them (padding, chunks behind the data)
  std::vector<rt::Tap> channels;      // one a channel, in the order of the file
  dsp::OutputFormat format = dsp::OutputFormat::s24;
  bool dither = false;
};

struct BounceRequest {
  int64_t fromSample = 0;
  int64_t lengthSamples = 0;
  std::vector<BounceOutput> outputs;
  unsigned threads = 0;  // 0: as many as there are cores
  uint64_t ditherSeed = 0;
};

struct OutputReport {
  std::string path;
  int64_t framesWritten = 0;
  double peak = 0;              // largest absolute sample before rounding; 1 is full scale
  uint64_t clippedSamples = 0;  // held at full scale
};

/// The bounce was ended through its flag; nothing is left of it.
struct BounceCancelled {};

/// Renders every output in one pass over the sources. The bytes do not depend on `threads`. `onProgress` gets 0..1, at
/// most ten times a second, from one of the rendering threads. Throws FileError or BounceCancelled after removing
/// every output; sources that could not be read are silence and stand in `files.reports()`.
std::vector<OutputReport> bounce(const Plan& plan, disk::SourceFiles& files, const BounceRequest& request,
                                 const std::atomic<bool>& cancelled, const std::function<void(double)>& onProgress);

}  // namespace twopop::device
