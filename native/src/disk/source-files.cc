#include "disk/source-files.h"

#include <algorithm>
#include <cstring>

#include "dsp/pcm.h"

namespace twopop::disk {
namespace {

constexpr size_t kPieceBytes = size_t{1} << 20;

}  // namespace

SourceFiles::SourceFiles(const Plan& plan, size_t openLimit)
    : plan_(plan), openLimit_(openLimit), files_(plan.sources.size()) {}

std::shared_ptr<const File> SourceFiles::open(uint32_t source) {
  std::lock_guard<std::mutex> lock(mutex_);
  if (files_[source]) return files_[source];
  const auto known = reports_.find(source);
  if (known != reports_.end() && known->second.problem != SourceProblem::tooShort) return nullptr;
  const PlanSource& what = plan_.sources[source];
  try {
    auto file = std::make_shared<File>(File::openForReading(what.path));
    const uint64_t needed = what.dataOffsetBytes + static_cast<uint64_t>(what.frameCount) * what.bytesPerFrame();
    if (file->sizeBytes() < needed) {
      reports_.insert({source, {source, what.path, SourceProblem::tooShort,
                                what.path + " is shorter than it was when it was imported; the rest is silence"}});
    }
    if (opened_.size() >= openLimit_) {  // the oldest goes; a thread that still reads it keeps it open
      files_[opened_.front()].reset();
      opened_.pop_front();
    }
    opened_.push_back(source);
    return files_[source] = std::move(file);
  } catch (const FileError& error) {
    const SourceProblem problem =
        error.problem == FileProblem::missing ? SourceProblem::missing : SourceProblem::unreadable;
    reports_.insert({source, {source, what.path, problem, error.what()}});
    return nullptr;
  }
}

void SourceFiles::report(uint32_t source, SourceProblem problem, const std::string& message) {
  std::lock_guard<std::mutex> lock(mutex_);
  reports_.insert({source, {source, plan_.sources[source].path, problem, message}});
}

std::vector<SourceReport> SourceFiles::reports() const {
  std::lock_guard<std::mutex> lock(mutex_);
  std::vector<SourceReport> all;
  for (const auto& entry : reports_) all.push_back(entry.second);
  return all;
}

FileSourceReader::FileSourceReader(const Plan& plan, SourceFiles& files) : plan_(plan), files_(files) {}

void FileSourceReader::read(uint32_t source, uint32_t firstChannel, int64_t fromSample, size_t frames, double* left,
                            double* right) {
  const PlanSource& what = plan_.sources[source];
  const int64_t end = fromSample + static_cast<int64_t>(frames);
  const int64_t from = std::clamp<int64_t>(fromSample, 0, what.frameCount), to = std::clamp<int64_t>(end, from, what.frameCount);
  const size_t before = static_cast<size_t>(std::min<int64_t>(std::max<int64_t>(from - fromSample, 0), frames));
  const size_t held = static_cast<size_t>(to - from);
  for (double* out : {left, right}) {
    if (!out) continue;
    std::fill_n(out, before, 0.0);
    std::fill_n(out + before + held, frames - before - held, 0.0);
  }
  const size_t stride = what.bytesPerFrame(), sample = bytesPerSample(what.format);
  const uint32_t secondChannel = std::min(firstChannel + 1, what.channelCount - 1);
  const size_t pieceFrames = std::max<size_t>(1, kPieceBytes / stride);
  for (size_t done = 0; done < held; done += std::min(pieceFrames, held - done)) {
    const size_t count = std::min(pieceFrames, held - done);
    const Piece& piece = readPiece(source, from + static_cast<int64_t>(done), count);
    double* const out = left + before + done;
    dsp::decodePcm(piece.bytes.data() + firstChannel * sample, what.format, stride, count, out);
    if (right) {
      dsp::decodePcm(piece.bytes.data() + secondChannel * sample, what.format, stride, count, right + before + done);
    }
  }
}

const FileSourceReader::Piece& FileSourceReader::readPiece(uint32_t source, int64_t fromFrame, size_t frames) {
  for (const Piece& piece : pieces_) {
    if (piece.source == source && piece.fromFrame == fromFrame && piece.frames == frames) return piece;
  }
  Piece& piece = pieces_[nextPiece_];
  nextPiece_ = (nextPiece_ + 1) % 4;
  const PlanSource& what = plan_.sources[source];
  const size_t stride = what.bytesPerFrame(), wanted = frames * stride;
  piece.source = source;
  piece.fromFrame = fromFrame;
  piece.frames = frames;
  piece.bytes.resize(wanted);
  size_t got = 0;
  try {
    if (const auto file = files_.open(source)) {
      got = file->readAt(what.dataOffsetBytes + static_cast<uint64_t>(fromFrame) * stride, piece.bytes.data(), wanted);
      if (got < wanted) {
        files_.report(source, SourceProblem::tooShort,
                      what.path + " is shorter than it was when it was imported; the rest is silence");
      }
    }
  } catch (const FileError& error) {
    files_.report(source, SourceProblem::unreadable, error.what());
  }
  got -= got % stride;
  std::memset(piece.bytes.data() + got, what.format == PcmFormat::u8 ? 0x80 : 0, wanted - got);
  return piece;
}

}  // namespace twopop::disk
