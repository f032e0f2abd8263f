// What one evaluation of the policies costs: the built-in ones and fifty of a person's own, each of three conditions of
// which the last does not hold, so that all are asked.
#include <benchmark/benchmark.h>

#include <string>

#include "core/policy/rules/engine.hpp"

namespace {

using namespace core::rules;
using namespace std::chrono_literals;

Term term(std::string_view left, Comparison how, double right) {
  auto value = Expression::parse(left);
  base::check(value.has_value(), "the bench knows its words");
  return {{*value, how, Expression::of(right)}, {}};
}

void fifty_policies(benchmark::State& state) {
  Wanted wanted;
  for (int i = 0; i < 50; ++i) {
    Rule rule;
    rule.name = "policy " + std::to_string(i);
    rule.terms = {term("settings.key" + std::to_string(i), Comparison::gte, i), term("modules.URL.consumedW", Comparison::gt, 100),
                  term("tm_hour", Comparison::gt, 23)};
    rule.charge_amps = Expression::of(10);
    rule.latch = 30min;
    wanted.before.push_back(rule);
  }
  std::vector<std::string> faults;
  const List list = assemble(wanted, faults);
  base::check(faults.empty() && list.rules.size() == 55, "all fifty are asked");
  Table settings;
  for (int i = 0; i < 50; ++i) settings.set("key" + std::to_string(i), i);
  settings.set("nonScheduledAction", 3);
  const Attribute known[] = {{"URL", Quantity::generated, Value::of(5000.0)}, {"URL", Quantity::consumed, Value::of(900.0)}};
  Facts facts;
  facts.settings = &settings;
  facts.attributes = known;
  facts.circuit = base::Amps::whole(32);
  Memory memory;
  base::WallTime wall = base::WallTime::at(1'780'488'000s);
  for (auto _ : state) {
    wall = wall + 1s;
    facts.now = {base::Instant::at(wall.since_epoch()), wall};
    facts.local = local_time({}, wall);
    const Ruling ruling = evaluate(list, facts, memory);
    base::check(ruling.passed.size() == 54, "the last one rules");
    benchmark::DoNotOptimize(ruling);
  }
}
BENCHMARK(fifty_policies)->Unit(benchmark::kMicrosecond);

}  // namespace
