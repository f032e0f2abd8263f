// What it costs to do nothing now and then. A daemon pays this for every wake-up, whatever it does then; on a virtual
// machine it can be more than all the rest.
#include <benchmark/benchmark.h>
#include <sys/epoll.h>
#include <unistd.h>

namespace {

void wake_up(benchmark::State& state) {
  const int none = ::epoll_create1(EPOLL_CLOEXEC);
  epoll_event event{};
  for (auto _ : state) { benchmark::DoNotOptimize(::epoll_wait(none, &event, 1, 107)); }
  ::close(none);
}
BENCHMARK(wake_up)->Iterations(200)->Unit(benchmark::kMicrosecond);

}  // namespace
