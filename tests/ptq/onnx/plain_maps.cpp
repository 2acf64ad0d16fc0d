#include "tests/ptq/onnx/plain_maps.h"

namespace aslog::test {

Map mapOf(int channels, int height, int width,
          const std::function<double(int c, int y, int x)>& element) {
    Map map{channels, height, width};
    for (int c = 0; c < channels; ++c) {
        for (int y = 0; y < height; ++y) {
            for (int x = 0; x < width; ++x) {
                map.data.push_back(element(c, y, x));
            }
        }
    }
    return map;
}

Map each(const Map& x, const std::function<double(double)>& f) {
    Map result = x;
    for (double& element : result.data) {
        element = f(element);
    }
    return result;
}

Map convolved(const Map& x, const ptq::FloatTensor& weights, const ptq::FloatTensor& bias,
              int pad) {
    const auto kernel = static_cast<int>(weights.shape[2]);
    return mapOf(
        static_cast<int>(weights.shape[0]), x.height + 2 * pad - kernel + 1,
        x.width + 2 * pad - kernel + 1, [&](int m, int outY, int outX) {
            double sum = bias.data[static_cast<std::size_t>(m)];
            std::size_t next = static_cast<std::size_t>(m * x.channels * kernel * kernel);
            for (int c = 0; c < x.channels; ++c) {
                for (int ky = 0; ky < kernel; ++ky) {
                    for (int kx = 0; kx < kernel; ++kx, ++next) {
                        const int inY = outY - pad + ky;
                        const int inX = outX - pad + kx;
                        sum += x.isInside(inY, inX) ? weights.data[next] * x.at(c, inY, inX) : 0;
                    }
                }
            }
            return sum;
        });
}

Map planeMeans(const Map& x) {
    return mapOf(x.channels, 1, 1, [&](int c, int /*y*/, int /*x*/) {
        double sum = 0;
        for (int y = 0; y < x.height; ++y) {
            for (int column = 0; column < x.width; ++column) {
                sum += x.at(c, y, column);
            }
        }
        return sum / (x.height * x.width);
    });
}

Map multiplied(const Map& x, const ptq::FloatTensor& weights, const std::vector<float>& bias) {
    return mapOf(static_cast<int>(weights.shape[0]), 1, 1, [&](int m, int /*y*/, int /*x*/) {
        double sum = bias[static_cast<std::size_t>(m)];
        for (std::size_t k = 0; k < x.data.size(); ++k) {
            sum += weights.data[static_cast<std::size_t>(m) * x.data.size() + k] * x.data[k];
        }
        return sum;
    });
}

}  // namespace aslog::test
