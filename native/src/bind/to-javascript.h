// A JavaScript function that other threads call: also at the very moment at which JavaScript ends under them.
#pragma once

#include <napi.h>

#include <functional>
#include <memory>
#include <mutex>
#include <utility>

namespace twopop::bind {

/// Node's own thread-safe functions may not be touched any more once their environment is gone; this one may.
class ToJavaScript {
 public:
  using Call = std::function<void(Napi::Env env, Napi::Function function)>;

  /// On the JavaScript thread. `keepsAlive`: whether the process stays as long as calls may come. `onGone`: done once no
  /// call can come any more, on the JavaScript thread; also where it ends early.
  static std::shared_ptr<ToJavaScript> make(Napi::Env env, const Napi::Function& function, const char* name, bool keepsAlive,
                                            std::function<void()> onGone = nullptr) {
    const std::shared_ptr<ToJavaScript> made(new ToJavaScript);
    made->function_ = Napi::ThreadSafeFunction::New(env, function, name, 0, 1, [made, onGone = std::move(onGone)](Napi::Env) {
      made->forget();
      if (onGone) onGone();
    });
    if (!keepsAlive) made->function_.Unref(env);
    return made;
  }

  /// Has it called on the JavaScript thread, some time; nothing where that has ended. From any thread, without waiting.
  void call(Call call) {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (ended_) return;
    const auto status = function_.NonBlockingCall([call = std::move(call)](Napi::Env env, Napi::Function function) {
      Napi::HandleScope scope(env);
      call(env, function);
    });
    ended_ = status == napi_closing;
  }

  /// What was called until now still comes, nothing else does. From any thread.
  void end() {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (!std::exchange(ended_, true)) function_.Release();
  }

 private:
  ToJavaScript() = default;
  void forget() {
    const std::lock_guard<std::mutex> lock(mutex_);
    ended_ = true;
  }

  std::mutex mutex_;
  bool ended_ = false;  // under the lock
  Napi::ThreadSafeFunction function_;
};

}  // namespace twopop::bind
