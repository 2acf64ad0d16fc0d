#include "ptq/data/descriptor.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "support/diagnostics.h"
#include "support/error.h"
#include "support/json_file.h"

namespace aslog::data {
namespace {

using support::Json;

template <typename Value>
using Names = std::vector<std::pair<std::string, Value>>;

const Names<Kind> kKinds = {
    {"idx", Kind::Idx}, {"cifar", Kind::Cifar}, {"npy", Kind::Npy}, {"pictures", Kind::Pictures}};
const Names<ChannelOrder> kOrders = {
    {"RGB", ChannelOrder::Rgb}, {"BGR", ChannelOrder::Bgr}, {"grey", ChannelOrder::Grey}};
const Names<Layout> kLayouts = {
    {"NHW", Layout::Nhw}, {"NHWC", Layout::Nhwc}, {"NCHW", Layout::Nchw}};
// "$comment" is for people: source and licence of the data.
const std::vector<std::string> kKeys = {"$comment", "name", "kind",     "images", "labels",
                                        "layout",   "list", "pairs",    "first",  "channels",
                                        "scale",    "mean", "deviation"};

class DescriptorParser {
  public:
    DescriptorParser(const Json& json, support::Diagnostics& faults)
        : json_(json), faults_(faults) {}

    Descriptor run() {
        for (const auto& [key, value] : json_.items()) {
            if (std::find(kKeys.begin(), kKeys.end(), key) == kKeys.end()) {
                const std::string near = support::nearestName(key, kKeys);
                faults_.add({.pointer = "/" + key,
                             .message = "unknown key",
                             .hint = near.empty() ? "" : fmt::format("is \"{}\" meant?", near)});
            }
        }
        Descriptor result;
        text("name", result.name, true);
        name("kind", kKinds, result.kind, true);
        texts("images", result.images, true);
        text("labels", result.labels, false);
        // No default: the sizes alone do not tell 3 channels from 3 rows.
        name("layout", kLayouts, result.layout, result.kind == Kind::Npy);
        texts("list", result.lists, false);
        text("pairs", result.pairs, false);
        name("channels", kOrders, result.channels, false);
        number("scale", result.scale);
        const std::size_t count = result.channels == ChannelOrder::Grey ? 1 : 3;
        list(
            "mean", count, 0, result.mean, [](double) { return true; }, "numbers");
        list(
            "deviation", count, 1, result.deviation, [](double x) { return x > 0; },
            "numbers above 0");
        readFirst(result);
        onlyFor("labels", {Kind::Idx, Kind::Npy}, result);
        onlyFor("layout", {Kind::Npy}, result);
        onlyFor("list", {Kind::Pictures}, result);
        onlyFor("pairs", {Kind::Pictures}, result);
        checkFolders(result);
        if (result.kind == Kind::Idx && result.channels != ChannelOrder::Grey) {
            fault("channels", "IDX images are grey", "\"grey\"");
        }
        if (json_.contains("layout") && json_.at("layout") == "NHW" &&
            result.channels != ChannelOrder::Grey) {
            fault("channels", "images of the layout \"NHW\" are grey", "\"grey\"");
        }
        return result;
    }

  private:
    void fault(const std::string& key, const std::string& message, const std::string& allowed) {
        faults_.add({.pointer = "/" + key,
                     .message = message,
                     .found = json_.contains(key) ? json_.at(key).dump() : "",
                     .allowed = allowed});
    }

    // Faults if a key that must be there is missing.
    bool has(const std::string& key, bool mustBeThere, const std::string& allowed) {
        if (json_.contains(key)) {
            return true;
        }
        if (mustBeThere) {
            fault(key, "missing", allowed);
        }
        return false;
    }

    void text(const std::string& key, std::string& value, bool mustBeThere) {
        const std::string allowed = "a string that is not empty";
        if (!has(key, mustBeThere, allowed)) {
            return;
        }
        if (!json_.at(key).is_string() || json_.at(key).get<std::string>().empty()) {
            fault(key, "wrong type or empty", allowed);
            return;
        }
        value = json_.at(key);
    }

    // One, or a list of them.
    void texts(const std::string& key, std::vector<std::string>& values, bool mustBeThere) {
        if (!json_.contains(key) || !json_.at(key).is_array()) {
            text(key, values.emplace_back(), mustBeThere);
            if (values.back().empty()) {
                values.pop_back();
            }
            return;
        }
        const Json& found = json_.at(key);
        const auto isWrong = [](const Json& each) {
            return !each.is_string() || each.get<std::string>().empty();
        };
        if (found.empty() || std::any_of(found.begin(), found.end(), isWrong)) {
            fault(key, "wrong type or empty", "a list of strings that are not empty");
            return;
        }
        values = found.get<std::vector<std::string>>();
    }

    // Several folders are for pictures, and have a list each or none.
    void checkFolders(const Descriptor& result) {
        const std::size_t folders = result.images.size();
        if (folders > 1 && result.kind != Kind::Pictures) {
            fault("images", "several folders are for the kind \"pictures\" only", "a string");
        }
        if (!result.lists.empty() && folders > 0 && result.lists.size() != folders) {
            fault("list", "one for each folder of \"images\" is needed",
                  fmt::format("{} names of tables", folders));
        }
        if (folders > 1 && json_.contains("pairs")) {
            fault("pairs", "pairs are of one folder", "\"images\" with one folder");
        }
    }

    template <typename Value>
    void name(const std::string& key, const Names<Value>& names, Value& value, bool mustBeThere) {
        std::vector<std::string> known;
        for (const auto& [word, meaning] : names) {
            known.push_back("\"" + word + "\"");
        }
        const std::string allowed = fmt::format("{}", fmt::join(known, ", "));
        if (!has(key, mustBeThere, allowed)) {
            return;
        }
        for (const auto& [word, meaning] : names) {
            if (json_.at(key) == word) {
                value = meaning;
                return;
            }
        }
        fault(key, "unknown value", allowed);
    }

    void number(const std::string& key, double& value) {
        if (!json_.contains(key)) {
            return;
        }
        if (!json_.at(key).is_number() || !(json_.at(key).get<double>() > 0)) {
            fault(key, "wrong type or out of range", "a number above 0");
            return;
        }
        value = json_.at(key);
    }

    void list(const std::string& key, std::size_t count, double otherwise,
              std::vector<double>& values, const std::function<bool(double)>& isLegal,
              const std::string& what) {
        values.assign(count, otherwise);
        if (!json_.contains(key)) {
            return;
        }
        const Json& found = json_.at(key);
        const auto isWrong = [&](const Json& each) {
            return !each.is_number() || !isLegal(each.get<double>());
        };
        if (!found.is_array() || found.size() != count ||
            std::any_of(found.begin(), found.end(), isWrong)) {
            fault(key, "wrong", fmt::format("a list of {} {}, one a channel", count, what));
            return;
        }
        values = found.get<std::vector<double>>();
    }

    void readFirst(Descriptor& result) {
        if (!json_.contains("first")) {
            return;
        }
        const Json& found = json_.at("first");
        if (!found.is_number_unsigned() || found.get<std::size_t>() == 0) {
            fault("first", "wrong type or out of range", "an integer above 0");
            return;
        }
        result.first = found.get<std::size_t>();
    }

    void onlyFor(const std::string& key, const std::vector<Kind>& kinds, const Descriptor& result) {
        if (!json_.contains(key) ||
            std::find(kinds.begin(), kinds.end(), result.kind) != kinds.end()) {
            return;
        }
        std::vector<std::string> words;
        for (const auto& [word, meaning] : kKinds) {
            if (std::find(kinds.begin(), kinds.end(), meaning) != kinds.end()) {
                words.push_back("\"" + word + "\"");
            }
        }
        fault(key,
              fmt::format("is for the kind{} {} only", words.size() > 1 ? "s" : "",
                          fmt::join(words, " and ")),
              "");
    }

    const Json& json_;
    support::Diagnostics& faults_;
};

}  // namespace

Descriptor readDescriptor(const std::filesystem::path& path) {
    const Json json = support::readJson(path);
    if (!json.is_object()) {
        throw support::InputError(fmt::format("{}: a data set is one JSON object", path.string()));
    }
    support::Diagnostics faults;
    Descriptor result = DescriptorParser(json, faults).run();
    if (faults.hasErrors()) {
        throw support::InputError(faults.text(path.string()));
    }
    return result;
}

}  // namespace aslog::data
