// The end of a network that the host computes.
#pragma once

#include "ptq/graph/graph.h"

namespace aslog::ptq {

// Cuts off what the host computes, notes it in graph.head, and makes what is left the outputs. What
// another node that stays reads, stays too.
//
// Of one output: Softmax, LogSoftmax, ArgMax and functions of single elements that rise with them;
// the order of the answers stays. Of several (a detector), or of one with several places that needs
// a Softmax or more than four dimensions: functions, sums and products behind the last convolutions
// as well, and what moves or joins elements. There may be more outputs then; each has the name of
// the value, or of the output of the file that it is.
void cutHead(Graph& graph);

}  // namespace aslog::ptq
