#include "disk/source-files.h"

#include <algorithm>

#include "disk/source-span.h"

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
  const SourceSpan span = openSpan(what, fromSample, frames, left, right);
  const size_t pieceFrames = std::max<size_t>(1, kPieceBytes / what.bytesPerFrame());
  for (size_t done = 0; done < span.held; done += std::min(pieceFrames, span.held - done)) {
    const size_t count = std::min(pieceFrames, span.held - done), at = span.before + done;
    const Piece& piece = readPiece(source, span.fromFrame + static_cast<int64_t>(done), count);
    decodeFrames(what, piece.bytes.data(), firstChannel, count, left + at, right ? right + at : nullptr);
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
  fillSilence(what.format, piece.bytes.data() + got, wanted - got);
  return piece;
}

}  // namespace twopop::disk
