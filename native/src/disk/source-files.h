// The sources of a plan as open files, shared by all threads that render it, and what was found wrong with them.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "disk/file.h"
#include "plan.h"
#include "rt/renderer.h"

namespace twopop::disk {

enum class SourceProblem { missing, unreadable, tooShort };

struct SourceReport {
  uint32_t source;
  std::string path;
  SourceProblem problem;
  std::string message;
};

class SourceFiles {
 public:
  /// Opens nothing yet. Keeps at most `openLimit` files open, so that any number of sources fits the system's limit.
  explicit SourceFiles(const Plan& plan, size_t openLimit = 192);

  /// The open file of a source, or null where it cannot be had; then it is among the reports.
  std::shared_ptr<const File> open(uint32_t source);

  /// Notes a problem once a source.
  void report(uint32_t source, SourceProblem problem, const std::string& message);

  /// Everything found wrong so far, in the order of the sources.
  std::vector<SourceReport> reports() const;

 private:
  const Plan& plan_;
  const size_t openLimit_;
  mutable std::mutex mutex_;
  std::vector<std::shared_ptr<const File>> files_;
  std::deque<uint32_t> opened_;
  std::map<uint32_t, SourceReport> reports_;
};

/// Reads plan sources from their files for one thread.
class FileSourceReader final : public rt::SourceReader {
 public:
  FileSourceReader(const Plan& plan, SourceFiles& files);
  void read(uint32_t source, uint32_t firstChannel, int64_t fromSample, size_t frames, double* left,
            double* right) override;

 private:
  /// Bytes just read. The microphones of a poly file lie on neighbouring tracks and ask for the same frames.
  struct Piece {
    uint32_t source = UINT32_MAX;
    int64_t fromFrame = 0;
    size_t frames = 0;
    std::vector<uint8_t> bytes;
  };

  const Piece& readPiece(uint32_t source, int64_t fromFrame, size_t frames);

  const Plan& plan_;
  SourceFiles& files_;
  Piece pieces_[4];
  size_t nextPiece_ = 0;
};

}  // namespace twopop::disk
