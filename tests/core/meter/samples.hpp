// Kinds of meters as files would have them, with answers of the real form and what they mean (spec/energy-sources §5,
// §6).
#pragma once

#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

#include "core/meter/path.hpp"
#include "core/meter/template.hpp"

namespace core::meter::samples {

inline Path path(std::string_view text) {
  return read_path(text).value();
}

inline Expression pick(Place at, std::uint8_t question = 0) {
  Expression pick;
  pick.at = std::move(at);
  pick.question = question;
  return pick;
}
inline Expression pick(std::string_view at, std::uint8_t question = 0) {
  return pick(Place{path(at)}, question);
}

inline Expression of(Expression::Kind kind, std::vector<Expression> terms) {
  Expression all;
  all.kind = kind;
  all.of = std::move(terms);
  return all;
}
inline Expression sum(std::vector<Expression> terms) {
  return of(Expression::Kind::sum, std::move(terms));
}
inline Expression mean(std::vector<Expression> terms) {
  return of(Expression::Kind::mean, std::move(terms));
}
inline Expression first_of(std::vector<Expression> terms) {
  return of(Expression::Kind::first_of, std::move(terms));
}

inline Expression minus(Expression of) {
  of.minus = true;
  return of;
}
inline Expression in(std::string unit, Expression of) {
  of.unit = std::move(unit);
  return of;
}
inline Expression unit_at(std::string_view at, Expression of) {
  of.unit_at = path(at);
  return of;
}
inline Expression or_zero(Expression of) {
  of.nothing_is_zero = true;
  return of;
}
inline Test test(std::string_view at, std::vector<std::string> is = {}) {
  return {0, path(at), std::move(is), false};
}
inline Expression when(Test test, Expression of) {
  of.only_when = std::move(test);
  return of;
}
inline Expression minus_when(Test test, Expression of) {
  of.minus_when = std::move(test);
  return of;
}
inline Gives gives(Measurand what, Expression expression) {
  return {what, std::move(expression), false, std::nullopt};
}

inline Template kind(std::string name, Form form, std::vector<std::string> questions, std::vector<Gives> all,
                     std::vector<Proof> proofs) {
  Template made;
  made.name = std::move(name);
  for (auto& each : questions) {
    made.questions.push_back({std::move(each), HttpQuestion{}, form});
  }
  made.gives = std::move(all);
  made.proofs = std::move(proofs);
  return made;
}
inline Proof proof(std::map<std::string, std::string> answers, std::vector<std::pair<Measurand, double>> means) {
  Proof proof;
  proof.answers = std::move(answers);
  proof.means = std::move(means);
  return proof;
}

using enum Measurand;

inline Template solarlog() {
  const auto load_at = pick("/801/170/110"), solar_at = pick("/801/170/101");
  auto made = kind(
      "solarlog", Form::json, {"live"},
      {gives(solar, solar_at), gives(load, load_at), gives(grid, sum({load_at, minus(solar_at)}))},
      {proof({{"live",
               R"({"801":{"170":{"100":"14.07.26 13:15:45","101":5230,"102":5402,"103":231,"110":3190,"116":9880}}})"}},
             {{solar, 5230}, {load, 3190}, {grid, -2040}})});
  Valid booted{test("/801/170/100", {"01.01.99 00:00:00"}), "the Solar-Log is starting"};
  booted.test.negated = true;
  made.valid = {booted};
  return made;
}

inline Template fronius() {
  const std::string site = "/Body/Data/Site/";
  auto made = kind(
      "fronius", Form::json, {"flow"},
      {gives(solar, or_zero(pick(site + "P_PV"))), gives(load, minus(pick(site + "P_Load"))),
       gives(grid, pick(site + "P_Grid")), gives(battery, pick(site + "P_Akku")),
       gives(soc, pick("/Body/Data/Inverters/1/SOC"))},
      {proof(
           {{"flow",
             R"({"Body":{"Data":{"Inverters":{"1":{"DT":1,"P":3120.4,"SOC":71.2}},"Site":{"Meter_Location":"grid",)"
             R"("Mode":"bidirectional","P_Akku":-1480.7,"P_Grid":-911.6,"P_Load":-2208.1,"P_PV":4688.9}}},)"
             R"("Head":{"Status":{"Code":0,"Reason":"","UserMessage":""},"Timestamp":"2026-07-14T11:15:45+00:00"}})"}},
           {{solar, 4688.9}, {load, 2208.1}, {grid, -911.6}, {battery, -1480.7}, {soc, 71.2}}),
       proof({{"flow",
               R"({"Body":{"Data":{"Inverters":{"1":{"DT":1,"P":0}},"Site":{"Meter_Location":"grid","Mode":"meter",)"
               R"("P_Akku":null,"P_Grid":402.5,"P_Load":-402.5,"P_PV":null}}},"Head":{"Status":{"Code":0}}})"}},
             {{solar, 0}, {load, 402.5}, {grid, 402.5}})});
  made.valid = {{test("/Head/Status/Code", {"0"}), ""}};
  return made;
}

inline Template smartpi() {
  const auto phase = [](std::string number) {
    return pick("/datasets/0/phases/[phase=" + number + "]/values/[type=power]/data");
  };
  return kind("smartpi", Form::json, {"now"},
              {gives(grid, sum({phase("1"), phase("2"), phase("3")})), gives(grid_l1, phase("1")),
               gives(grid_l2, phase("2")), gives(grid_l3, phase("3"))},
              {proof({{"now", R"({"datasets":[{"time":"2026-07-14 13:15:44","phases":[)"
                              R"({"phase":1,"name":"phase 1","values":[{"type":"power","unity":"W","data":-1830.2}]},)"
                              R"({"phase":2,"name":"phase 2","values":[{"type":"power","unity":"W","data":412.6}]},)"
                              R"({"phase":3,"name":"phase 3","values":[{"type":"power","unity":"W","data":95.1}]},)"
                              R"({"phase":4,"name":"phase 4","values":[{"type":"power","unity":"W","data":0}]}]}]})"}},
                     {{grid, -1322.5}, {grid_l1, -1830.2}, {grid_l2, 412.6}, {grid_l3, 95.1}})});
}

inline Template efergy() {
  return kind(
      "efergy", Form::json, {"now"}, {gives(load, pick("/[cid=PWER,least age]/data/0/*"))},
      {proof({{"now", R"([{"cid":"PWER_GAC","data":[{"1784028003000":88}],"sid":"741206","units":"kWm","age":4},)"
                      R"({"cid":"PWER","data":[{"1784027000000":99}],"sid":"741204","units":"kWm","age":1007},)"
                      R"({"cid":"PWER","data":[{"1784028000000":1462}],"sid":"741205","units":"kWm","age":7}])"}},
             {{load, 1462}})});
}

inline Template enphase() {
  const auto production = first_of({pick("/production/[type=eim,measurementType=production,activeCount>0]/wNow"),
                                    pick("/production/[type=inverters]/wNow")});
  const auto total = pick("/consumption/[measurementType=total-consumption,activeCount>0]/wNow");
  const auto net = pick("/consumption/[measurementType=net-consumption,activeCount>0]/wNow");
  return kind(
      "enphase", Form::json, {"production"},
      {gives(solar, production), gives(load, total), gives(grid, first_of({net, sum({total, minus(production)})})),
       gives(voltage_l1, pick("/consumption/[measurementType=net-consumption]/rmsVoltage"))},
      {proof(
           {{"production",
             R"({"production":[{"type":"inverters","activeCount":18,"readingTime":1784027990,"wNow":4012,"whLifetime":21877311},)"
             R"({"type":"eim","activeCount":1,"measurementType":"production","readingTime":1784028001,"wNow":4061.873,"rmsCurrent":34.1,"rmsVoltage":239.7}],)"
             R"("consumption":[{"type":"eim","activeCount":1,"measurementType":"total-consumption","wNow":1722.4,"rmsVoltage":239.8},)"
             R"({"type":"eim","activeCount":1,"measurementType":"net-consumption","wNow":-2339.473,"rmsVoltage":239.8}]})"}},
           {{solar, 4061.873}, {load, 1722.4}, {grid, -2339.473}, {voltage_l1, 239.8}}),
       proof({{"production",
               R"({"production":[{"type":"inverters","activeCount":18,"wNow":4012},)"
               R"({"type":"eim","activeCount":0,"measurementType":"production","wNow":-3.2}],)"
               R"("consumption":[{"type":"eim","activeCount":0,"measurementType":"total-consumption","wNow":0}]})"}},
             {{solar, 4012}})});
}

inline Template shelly_3em() {
  const auto emeter = [](std::string place, std::string member) {
    return when(test("/emeters/" + place + "/is_valid", {"true"}), pick("/emeters/" + place + "/" + member));
  };
  auto made = kind(
      "shelly-3em", Form::json, {"status"},
      {gives(grid, sum({emeter("0", "power"), emeter("1", "power"), emeter("2", "power")})),
       gives(grid_l1, emeter("0", "power")), gives(grid_l2, emeter("1", "power")), gives(grid_l3, emeter("2", "power")),
       gives(current_l1, emeter("0", "current")), gives(current_l2, emeter("1", "current")),
       gives(voltage_l1, emeter("0", "voltage"))},
      {proof(
          {{"status",
            R"({"emeters":[{"power":812.4,"pf":0.98,"current":3.57,"voltage":232.1,"is_valid":true,"total":910233.1},)"
            R"({"power":-1630.9,"pf":-0.99,"current":7.06,"voltage":233.4,"is_valid":true,"total":40022.8},)"
            R"({"power":0.0,"pf":0.0,"current":0.01,"voltage":231.9,"is_valid":false,"total":0.0}]})"}},
          {{grid_l1, 812.4}, {grid_l2, -1630.9}, {current_l1, 3.57}, {current_l2, -7.06}, {voltage_l1, 232.1}})});
  made.gives[4].signed_like = grid_l1;
  made.gives[5].signed_like = grid_l2;
  return made;
}

inline Template home_assistant() {
  const auto state = [](std::uint8_t question) {
    return unit_at("/attributes/unit_of_measurement", pick("/state", question));
  };
  return kind(
      "home-assistant", Form::json, {"consumption", "generation"}, {gives(load, state(0)), gives(solar, state(1))},
      {proof(
           {{"consumption", R"({"entity_id":"sensor.house","state":"1204","attributes":{"device_class":"power"}})"},
            {"generation",
             R"({"entity_id":"sensor.inverter_power_live","state":"3.184","attributes":{"unit_of_measurement":"kW","device_class":"power"},)"
             R"("last_updated":"2026-07-14T11:15:40.120+00:00"})"}},
           {{load, 1204}, {solar, 3184}}),
       proof({{"consumption", R"({"state":"unavailable","attributes":{}})"},
              {"generation", R"({"state":"250","attributes":{"unit_of_measurement":"W"}})"}},
             {{solar, 250}})});
}

inline Template piko_mp() {
  const auto measurement = [](std::string type) {
    return pick("/*/Device/Measurements/Measurement/[@Type=" + type + "]/@Value");
  };
  return kind(
      "kostal-piko-mp", Form::xml, {"measurements"},
      {gives(solar, or_zero(measurement("AC_Power"))), gives(grid, minus(measurement("GridPower"))),
       gives(voltage_l1, measurement("AC_Voltage")), gives(frequency, measurement("AC_Frequency"))},
      {proof(
           {{"measurements",
             R"(<?xml version='1.0' encoding='UTF-8'?><root><Device Name="PIKO 3.0-1 MP plus" Type="Inverter"><Measurements>)"
             R"(<Measurement Value="231.4" Unit="V" Type="AC_Voltage"/><Measurement Value="2914.5" Unit="W" Type="AC_Power"/>)"
             R"(<Measurement Value="50.012" Unit="Hz" Type="AC_Frequency"/><Measurement Value="1204.7" Unit="W" Type="GridPower"/>)"
             R"(</Measurements></Device></root>)"}},
           {{solar, 2914.5}, {grid, -1204.7}, {voltage_l1, 231.4}, {frequency, 50.012}}),
       proof(
           {{"measurements",
             R"(<root><Device><Measurements><Measurement Unit="W" Type="AC_Power"/></Measurements></Device></root>)"}},
           {{solar, 0}})});
}

inline Template ted() {
  auto power = in("kW", pick("/[0=Solar]/2"));
  power.absolute = true;
  return kind("ted", Form::csv, {"export"}, {gives(solar, power), gives(voltage_l1, pick("/[0=Solar]/4"))},
              {proof({{"export",
                       "MTU,Time,Power,Cost,Voltage\r\nHouse,07/14/2026 13:15:44,1.2,0.2,121.4\r\nSolar,07/14/2026 "
                       "13:15:44,-3.118,-0.37,121.6\r\n"}},
                     {{solar, 3118}, {voltage_l1, 121.6}})});
}

inline Template openhab() {
  return kind("openhab", Form::text, {"consumption", "generation"},
              {gives(load, pick("", 0)), gives(solar, pick("", 1))},
              {proof({{"consumption", "2.94 kW"}, {"generation", "3177.4 W"}}, {{load, 2940}, {solar, 3177.4}}),
               proof({{"consumption", "UNDEF"}, {"generation", "12"}}, {{solar, 12}})});
}

inline Template solaredge() {
  const std::string flow = "/siteCurrentPowerFlow/";
  const auto power = [&](std::string part) { return unit_at(flow + "unit", pick(flow + part + "/currentPower")); };
  return kind(
      "solaredge", Form::json, {"flow"},
      {gives(solar, power("PV")), gives(load, power("LOAD")),
       gives(grid, minus_when(test(flow + "connections/[to~grid]"), power("GRID"))),
       gives(battery, minus_when(test(flow + "connections/[to~storage]"), power("STORAGE"))),
       gives(soc, pick(flow + "STORAGE/chargeLevel"))},
      {proof(
           {{"flow",
             R"({"siteCurrentPowerFlow":{"updateRefreshRate":3,"unit":"kW","connections":[{"from":"PV","to":"Load"},)"
             R"({"from":"LOAD","to":"Grid"},{"from":"PV","to":"Storage"}],"GRID":{"status":"Active","currentPower":1.42},)"
             R"("LOAD":{"status":"Active","currentPower":0.88},"PV":{"status":"Active","currentPower":4.36},)"
             R"("STORAGE":{"status":"Charging","currentPower":2.06,"chargeLevel":57,"critical":false}}})"}},
           {{solar, 4360}, {load, 880}, {grid, -1420}, {battery, -2060}, {soc, 57}}),
       proof(
           {{"flow",
             R"({"siteCurrentPowerFlow":{"unit":"W","connections":[{"from":"GRID","to":"Load"}],"GRID":{"currentPower":310},)"
             R"("LOAD":{"currentPower":310},"PV":{"currentPower":0}}})"}},
           {{solar, 0}, {load, 310}, {grid, 310}})});
}

inline Template sonnen() {
  return kind(
      "sonnen", Form::json, {"status"},
      {gives(solar, pick("/Production_W")), gives(load, pick("/Consumption_W")),
       gives(grid, minus(pick("/GridFeedIn_W"))), gives(battery, pick("/Pac_total_W")), gives(soc, pick("/USOC"))},
      {proof(
          {{"status",
            R"({"Consumption_W":1184,"Production_W":4720,"GridFeedIn_W":1310,"Pac_total_W":-2226,"USOC":46,"RSOC":51,)"
            R"("SystemStatus":"OnGrid","Timestamp":"2026-07-14 13:15:44"})"}},
          {{solar, 4720}, {load, 1184}, {grid, -1310}, {battery, -2226}, {soc, 46}})});
}

inline Template opendtu() {
  return kind(
      "opendtu", Form::json, {"live"},
      {gives(solar, unit_at("/total/Power/u", pick("/total/Power/v"))),
       gives(produced, unit_at("/total/YieldTotal/u", pick("/total/YieldTotal/v")))},
      {proof(
          {{"live",
            R"({"inverters":[],"total":{"Power":{"v":612.7,"u":"W","d":1},"YieldDay":{"v":3120,"u":"Wh","d":0},"YieldTotal":{"v":812.443,"u":"kWh","d":3}}})"}},
          {{solar, 612.7}, {produced, 812443}})});
}

inline Template telegram() {
  const auto object = [](std::string code) { return pick(Place{After{{"\n" + code + "("}}}); };
  return kind(
      "telegram", Form::text, {"telegram"},
      {gives(grid, sum({object("1-0:1.7.0"), minus(object("1-0:2.7.0"))})),
       gives(grid_l1, sum({object("1-0:21.7.0"), minus(object("1-0:22.7.0"))})),
       gives(voltage_l1, object("1-0:32.7.0")), gives(imported, sum({object("1-0:1.8.1"), object("1-0:1.8.2")}))},
      {proof(
          {{"telegram",
            "/XMX5LGBBFG1009394887\r\n\r\n1-3:0.2.8(50)\r\n1-0:1.8.1(004821.337*kWh)\r\n1-0:1.8.2(005190.024*kWh)\r\n"
            "1-0:1.7.0(00.000*kW)\r\n1-0:2.7.0(02.365*kW)\r\n1-0:32.7.0(236.4*V)\r\n1-0:21.7.0(00.000*kW)\r\n1-0:22.7."
            "0(01.012*kW)\r\n!C025\r\n"}},
          {{grid, -2365}, {grid_l1, -1012}, {voltage_l1, 236.4}, {imported, 10'011'361}})});
}

inline Template old_piko() {
  auto power = pick(Place{After{{"aktuell"}}});
  power.decimal_comma = true;
  return kind("old-piko", Form::text, {"page"}, {gives(solar, power)},
              {proof({{"page",
                       "<html><body><table><tr><td>aktuell</td>\n<td width=\"70\" align=\"right\">\n "
                       "1.234,5</td><td>W</td></tr></table></body></html>"}},
                     {{solar, 1234.5}})});
}

inline Template old_solax() {
  return kind(
      "old-solax", Form::lenient_json, {"data"},
      {gives(solar, sum({or_zero(pick("/Data/11")), or_zero(pick("/Data/12"))})), gives(grid, minus(pick("/Data/10"))),
       gives(soc, pick("/Data/17"))},
      {proof(
          {{"data",
            R"({"method":"uploadsn","Data":[0.5,0.0,307.4,,3.1,233.1,722,33,4.2,1045.1,-215,154,,51.2,0.1,7,29,88]})"}},
          {{solar, 154}, {grid, 215}, {soc, 88}})});
}

inline Template averages() {
  auto percent = pick("/soe/percentage");
  percent.scale = 1 / 0.95;
  percent.offset = -5 / 0.95;
  return kind("averages", Form::json, {"all"},
              {gives(voltage_l1, mean({pick("/v/0"), pick("/v/1"), pick("/v/2")})), gives(soc, percent),
               gives(online, pick("/connected"))},
              {proof({{"all", R"({"v":[231.0,null,233.0],"soe":{"percentage":47.2},"connected":true})"}},
                     {{voltage_l1, 232}, {soc, 44.42}, {online, 1}}),
               proof({{"all", R"({"v":[],"soe":{},"connected":"off"})"}}, {{online, 0}})});
}

/// A place in registers.
inline Path place(std::string text) {
  Step step;
  step.name = std::move(text);
  return {{step}};
}

inline Template sungrow() {
  auto battery_at = minus_when(Test{0, place("13000 bit 1"), {"1"}, false}, pick(Place{place("13021 u16")}));
  auto level = pick(Place{place("13022 u16")});
  level.scale = 0.1;
  auto made = kind("sungrow", Form::registers, {"live"},
                   {gives(grid, minus(pick(Place{place("13009 s32 low_first")}))), gives(battery, battery_at), gives(soc, level)},
                   {proof({{"live", "13000: 0003; 13009: 0672 0000; 13021: 1200 735 u16"}}, {{grid, -1650}, {battery, -1200}, {soc, 73.5}})});
  made.questions[0].what = ModbusQuestion{"tcp://box:502", "1", ModbusQuestion::Table::input, {}, {}};
  return made;
}

/// A meter somewhere in SunSpec's chain.
inline Template sunspec_meter() {
  const auto power = [](const char* at) { return pick(Place{place(std::string{at} + " s16 factor 201-204/22")}); };
  auto made = kind("sunspec-meter", Form::registers, {"live"}, {gives(grid, power("201-204/18")), gives(grid_l1, power("201-204/19"))},
                   {proof({{"live", "40000: 5375 6E53 0001 0001 0000 00CB 0018; 40023: -1874 -905 -640 -329 0 s16; 40031: FFFF 0000"}},
                          {{grid, -1874}, {grid_l1, -905}})});
  made.questions[0].what = ModbusQuestion{"tcp://box:502", "1", ModbusQuestion::Table::holding, {}, {}};
  return made;
}

inline Template p1() {
  const auto power = [](const char* in, const char* out) { return sum({pick(in), minus(pick(out))}); };
  return kind("p1", Form::p1, {"telegram"},
              {gives(grid, power("/1-0:1.7.0", "/1-0:2.7.0")), gives(grid_l1, power("/1-0:21.7.0", "/1-0:22.7.0")), gives(voltage_l1, pick("/1-0:32.7.0"))},
              {proof({{"telegram", "/EST5\n\n1-0:1.7.0(00.000*kW)\n1-0:2.7.0(02.365*kW)\n1-0:21.7.0(00.000*kW)\n1-0:22.7.0(01.012*kW)\n"
                                   "1-0:32.7.0(236.4*V)\n!\n"}},
                     {{grid, -2365}, {grid_l1, -1012}, {voltage_l1, 236.4}})});
}

/// Those whose answers are no text of a web server.
inline std::vector<Template> in_other_forms() { return {sungrow(), sunspec_meter(), p1()}; }

inline Expression by(std::string name, std::vector<std::uint8_t> questions, Options with) {
  Expression all;
  all.kind = Expression::Kind::by;
  all.question = questions.front();
  all.by = {std::move(name), std::move(questions), std::move(with)};
  return all;
}

inline Template p1_monitor() {
  const auto power = [](const char* member) { return by("trimmed_mean", {0}, {{"member", member}, {"samples", "3"}}); };
  return kind("p1-monitor", Form::json, {"phases"},
              {gives(grid_l1, sum({power("C1"), minus(power("P1"))})), gives(solar, power("S")), gives(load, by("largest_phase", {0}, {{"samples", "3"}}))},
              {proof({{"phases", R"([{"C1":410.0,"P1":0.0,"S":5,"CONSUMPTION_L1_W":20},{"C1":430.0,"P1":0.0,"S":7,"CONSUMPTION_L1_W":40}])"}},
                     {{grid_l1, 420}, {solar, 6}, {load, 30}})});
}

inline Template openweathermap() {
  auto made = kind("openweathermap", Form::json, {"weather"}, {gives(solar, by("openweathermap", {0}, {{"peak_kw", "1 2 3 4 5 6 7 8 9 10 11 12"}}))},
                   {proof({{"weather", R"({"current":{"dt":1784034000,"sunrise":1783998600,"sunset":1784058000,"temp":24,"clouds":0}})"}}, {{solar, 5656.566}})});
  made.proofs[0].at = base::WallTime::at(std::chrono::seconds{1'784'034'000});
  return made;
}

inline Template scenario() {
  const auto number = [](const char* name) { return by("scenario", {0, 1}, {{"number", name}}); };
  auto made = kind("scenario", Form::json, {"scenario", "step"}, {gives(solar, number("generation_watts")), gives(load, number("consumption_watts"))},
                   {proof({{"scenario", R"({"initial_conditions":{"ems":{"generation_watts":5000,"consumption_watts":1000}},"timeline":[{"ems":{"generation_watts":800}}]})"},
                           {"step", "0"}},
                          {{solar, 800}, {load, 1000}})});
  made.questions[1].form = Form::text;
  return made;
}

/// All of them, always in this order: the fuzzer's inputs choose by it.
inline std::vector<Template> all() {
  return {solarlog(), fronius(),   smartpi(), efergy(),  enphase(),  shelly_3em(), home_assistant(), piko_mp(), ted(),
          openhab(),  solaredge(), sonnen(),  opendtu(), telegram(), old_piko(),   old_solax(),      averages(), p1_monitor(), openweathermap(), scenario()};
}

}  // namespace core::meter::samples
