// Accuracies of several networks on one data set, as a table and as JSON.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "ptq/evaluate/evaluate.h"
#include "support/json_file.h"

namespace aslog::report {

// By name, "float" first if it is there: the others are compared with it.
using Evaluations = std::vector<std::pair<std::string, ptq::Evaluation>>;

// With several networks, "slogii" among them, and labels or pairs, also the test of McNemar
// (ptq::Discordance) of it against each other one.
std::string evaluationText(const Evaluations& evaluations);

// One key for each network: top1, top5 or accuracy, auc; images or pairs; interval_95; loss, in
// points below the float network; agreement with its first class; divergence from its
// probabilities, in nats; seconds in the network. In percent, but for auc, divergence and seconds.
// "slogii" also has `mcnemar`: against each other network how many images (or pairs) it alone has
// right, how many it alone has wrong, and p, 0 to 1.
void addEvaluations(const Evaluations& evaluations, support::Json& json);

}  // namespace aslog::report
