// The contract of `twcmanager decode`, as examples that people can read: tests/app/decode_examples/*.txt.
#include "app/decode.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace {

struct Example {
  std::string title;
  std::string input;
  std::vector<std::string> output;
  std::vector<std::string> complaints;
  int status = 0;
};

std::vector<Example> read_examples(const std::string& name) {
  std::ifstream file(std::string(TWC_SOURCE_DIR) + "/tests/app/decode_examples/" + name + ".txt");
  EXPECT_TRUE(file.is_open()) << name;
  std::vector<Example> examples;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("=== ")) {
      examples.emplace_back().title = line.substr(4);
    } else if (line.starts_with(">")) {
      examples.back().input += (line.size() > 2 ? line.substr(2) : "") + "\n";
    } else if (line.starts_with("{")) {
      examples.back().output.push_back(line);
    } else if (line.starts_with("! ")) {
      examples.back().complaints.push_back(line.substr(2));
    } else if (line.starts_with("exit ")) {
      examples.back().status = std::stoi(line.substr(5));
    } else {
      EXPECT_TRUE(line.empty() || line.starts_with("#")) << "not a line of an example: " << line;
    }
  }
  return examples;
}

const std::vector<std::string> files = {"vectors", "masters", "units", "refusals", "lines"};

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

struct Decoded {
  int status;
  std::string out, err;
};

Decoded decode(const std::string& input) {
  std::istringstream in(input);
  std::ostringstream out, err;
  const int status = app::decode(in, out, err);
  return {status, out.str(), err.str()};
}

class DecodeExamples : public testing::TestWithParam<std::string> {};

TEST_P(DecodeExamples, hold) {
  const std::vector<Example> examples = read_examples(GetParam());
  ASSERT_FALSE(examples.empty());
  for (const Example& example : examples) {
    SCOPED_TRACE(example.title);
    const Decoded run = decode(example.input);
    EXPECT_EQ(lines_of(run.out), example.output);
    EXPECT_EQ(run.status, example.status);
    const std::vector<std::string> complaints = lines_of(run.err);
    ASSERT_EQ(complaints.size(), example.complaints.size()) << run.err;
    for (std::size_t i = 0; i < complaints.size(); ++i)
      EXPECT_NE(complaints[i].find(example.complaints[i]), std::string::npos) << complaints[i];
  }
}

INSTANTIATE_TEST_SUITE_P(Contract, DecodeExamples, testing::ValuesIn(files),
                         [](const auto& about) { return about.param; });

TEST(Decode, the_examples_show_every_type_every_refusal_and_every_field) {
  std::set<std::string> types, reasons, fields;
  for (const std::string& file : files)
    for (const Example& example : read_examples(file))
      for (const std::string& line : example.output) {
        const auto object = nlohmann::json::parse(line);
        for (const auto& [key, value] : object.items()) fields.insert(key);
        if (object.at("accept").get<bool>()) types.insert(object.at("type").get<std::string>());
        else reasons.insert(object.at("reason").get<std::string>());
      }
  EXPECT_EQ(types, (std::set<std::string>{"master_linkready1",
                                          "master_linkready2",
                                          "slave_linkready",
                                          "master_heartbeat",
                                          "slave_heartbeat",
                                          "query_meter",
                                          "meter",
                                          "query_vin1",
                                          "query_vin2",
                                          "query_vin3",
                                          "vin1",
                                          "vin2",
                                          "vin3",
                                          "query_serial",
                                          "serial",
                                          "query_fw_ext",
                                          "fw_ext",
                                          "query_old_serial",
                                          "old_serial",
                                          "query_model",
                                          "model",
                                          "query_fw",
                                          "fw",
                                          "query_plug",
                                          "plug",
                                          "start",
                                          "start_ack",
                                          "stop",
                                          "stop_ack",
                                          "idle",
                                          "dangerous"}));
  EXPECT_EQ(reasons, (std::set<std::string>{"length_or_checksum", "unknown_type", "bad_escape", "too_long"}));
  EXPECT_EQ(fields, (std::set<std::string>{"line",        "accept",         "reason",   "type",  "len",
                                           "sender",      "receiver",       "protocol", "sign",  "amps_max",
                                           "amps_actual", "amps",           "command",  "state", "error_bitmap",
                                           "first_error", "master_plugged", "kwh_raw",  "volts", "phase_amps",
                                           "plug",        "text",           "all_zero", "opcode"}));
}

TEST(Decode, a_very_long_line_is_read_to_its_end) {
  std::string line;
  for (int i = 0; i < 20'000; ++i) line += "C0FBE0777702BB0000000000000000008BC0FC";
  const Decoded run = decode(line);
  EXPECT_EQ(run.status, 0);
  EXPECT_EQ(lines_of(run.out).size(), 20'000u);
  EXPECT_EQ(lines_of(decode(line + "C").out).size(), 0u);
}

TEST(Decode, the_last_line_needs_no_line_feed) {
  EXPECT_EQ(lines_of(decode("\nC0 FC 1D 00 00 00 00 00 00 00 00 00 00 00 1D C0").out),
            std::vector<std::string>{R"({"line":2,"accept":true,"type":"idle","len":14})"});
}

TEST(Decode, an_output_that_cannot_be_written_is_a_failure) {
  std::istringstream in("C0 FC 1D 00 00 00 00 00 00 00 00 00 00 00 1D C0\n");
  std::ostringstream out, err;
  out.setstate(std::ios::badbit);
  EXPECT_EQ(app::decode(in, out, err), 1);
  EXPECT_NE(err.str().find("standard output"), std::string::npos);
}

}  // namespace
