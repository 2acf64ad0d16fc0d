// What aslog quantize says of the networks that it made.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "ptq/network_file/network_file.h"
#include "ptq/quantise/answers.h"

namespace aslog::cli {

// By variant; without those whose outputs can not be scores of classes.
using Answers = std::map<std::string, ptq::AnswerComparison>;

// Of the images of one comparison, in percent.
double agreementOf(const ptq::AnswerComparison& answers);

// Of the convolutions: what they are, and how near their outputs come to the float ones.
std::string layersText(const ptq::NetworkFile& file);

// What all layers come to, on the calibration images.
std::string summaryText(const ptq::NetworkFile& file, const Answers& answers);

// What to do if the answers are far from those of the float network; "" if they are near.
// `isDoubled`: layers have two codes a weight already.
std::string adviceText(const Answers& answers, int droppedBits, bool isDoubled);

// Names of the tensors that the host gets.
std::vector<std::string> outputNames(const ptq::NetworkFile& file);

// What was cut off the end of the network, and what the host gets instead of one output; "" if
// nothing was.
std::string headText(const ptq::NetworkFile& file, const std::vector<std::string>& head);

}  // namespace aslog::cli
