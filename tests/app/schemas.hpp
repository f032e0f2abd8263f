// api/openapi.yaml as a judge of what is answered.
#pragma once

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <nlohmann/json.hpp>
#include <regex>
#include <set>
#include <string>
#include <vector>

namespace app_test {

using Json = nlohmann::json;

/// The part of JSON Schema that our description uses; anything else in it is a fault.
class Schemas {
 public:
  Schemas() : document_(YAML::LoadFile(std::string(TWC_SOURCE_DIR) + "/api/openapi.yaml")), all_(document_["components"]["schemas"]) {}

  /// The description of what an address answers with a status, references followed; undefined: there is none.
  YAML::Node response(const std::string& path, const std::string& method, int status) const {
    const YAML::Node found = document_["paths"][path][method]["responses"][std::to_string(status)];
    if (!found || !found["$ref"]) return found;
    const auto ref = found["$ref"].as<std::string>();
    return document_["components"]["responses"][ref.substr(ref.rfind('/') + 1)];
  }
  [[nodiscard]] YAML::Node paths() const { return document_["paths"]; }

  std::vector<std::string> faults(const Json& value, const YAML::Node& schema, const std::string& where) {
    faults_.clear();
    judge(value, schema, where);
    return faults_;
  }
  std::vector<std::string> faults(const Json& value, const std::string& name) {
    faults_.clear();
    judge(value, all_[name], name);
    return faults_;
  }
  std::set<std::string> codes(const std::string& schema, const std::string& member) {
    std::set<std::string> found;
    for (const auto& each : all_[schema]["properties"][member]["enum"]) found.insert(each.as<std::string>());
    return found;
  }
  std::set<std::string> codes(const std::string& schema) {
    std::set<std::string> found;
    for (const auto& each : all_[schema]["enum"]) found.insert(each.as<std::string>());
    return found;
  }

 private:
  void fault(const std::string& where, const std::string& what) { faults_.push_back(where + ": " + what); }

  static bool has_type(const Json& value, const std::string& type) {
    if (type == "object") return value.is_object();
    if (type == "array") return value.is_array();
    if (type == "string") return value.is_string();
    if (type == "boolean") return value.is_boolean();
    if (type == "integer") return value.is_number_integer();
    return type == "number" && value.is_number();
  }

  void judge(const Json& value, const YAML::Node& schema, const std::string& where) {
    if (schema["$ref"]) {
      const auto ref = schema["$ref"].as<std::string>();
      return judge(value, all_[ref.substr(ref.rfind('/') + 1)], where);
    }
    if (schema["nullable"] && value.is_null()) return;
    for (const auto& each : schema["allOf"]) judge(value, each, where);
    if (schema["oneOf"]) judge_one_of(value, schema["oneOf"], where);
    if (schema.IsMap() && schema.size() == 0) return;   // anything
    if (!schema["type"]) {
      if (!schema["allOf"] && !schema["oneOf"]) fault(where, "the schema has no type");
      return;
    }
    if (!has_type(value, schema["type"].as<std::string>())) return fault(where, value.dump() + " has the wrong type");
    if (schema["enum"] && !listed(value, schema["enum"])) fault(where, value.dump() + " is not in the list");
    if (schema["pattern"] &&
        !std::regex_match(value.get<std::string>(), std::regex(schema["pattern"].as<std::string>()))) {
      fault(where, value.dump() + " does not fit the pattern");
    }
    if (value.is_object()) judge_object(value, schema, where);
    if (value.is_array()) judge_array(value, schema, where);
  }

  static bool listed(const Json& value, const YAML::Node& list) {
    for (const auto& each : list) {
      if (each.as<std::string>() == (value.is_string() ? value.get<std::string>() : value.dump())) return true;
    }
    return false;
  }

  void judge_one_of(const Json& value, const YAML::Node& choices, const std::string& where) {
    const auto before = faults_;
    for (const auto& each : choices) {
      faults_.clear();
      judge(value, each, where);
      if (faults_.empty()) {
        faults_ = before;
        return;
      }
    }
    faults_ = before;
    fault(where, value.dump() + " fits none of the choices");
  }

  void judge_object(const Json& value, const YAML::Node& schema, const std::string& where) {
    for (const auto& each : schema["required"]) {
      if (!value.contains(each.as<std::string>())) fault(where, "lacks " + each.as<std::string>());
    }
    for (const auto& [name, member] : value.items()) {
      const YAML::Node known =
          schema["properties"] ? schema["properties"][name] : YAML::Node(YAML::NodeType::Undefined);
      if (known) judge(member, known, where + "." + name);
      else if (schema["additionalProperties"] && schema["additionalProperties"].IsMap()) judge(member, schema["additionalProperties"], where + "." + name);
      else if (schema["additionalProperties"] && schema["additionalProperties"].IsScalar())
        fault(where, name + " is not described");
    }
  }

  void judge_array(const Json& value, const YAML::Node& schema, const std::string& where) {
    if (schema["minItems"] && value.size() < schema["minItems"].as<std::size_t>()) fault(where, "has too few items");
    if (schema["maxItems"] && value.size() > schema["maxItems"].as<std::size_t>()) fault(where, "has too many items");
    for (std::size_t i = 0; i < value.size(); ++i) judge(value[i], schema["items"], fmt::format("{}[{}]", where, i));
  }

  YAML::Node document_;
  YAML::Node all_;
  std::vector<std::string> faults_;
};

}  // namespace app_test
