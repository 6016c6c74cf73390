using System.Numerics;
using System.Runtime.InteropServices;
using Microsoft.ML.Data;

namespace Dream.ML;

/// <summary>What JPEG, noise and blur have left in a picture's luma.</summary>
/// <remarks>
/// Measured in 8×8 DCTs of every position, within parts of at most 128×128 pixels that are spread over the picture and never
/// resized, as resizing destroys what is looked for. The parts start at multiples of 8, so that JPEG's blocks have the same
/// offset in all of them.
/// </remarks>
/// <param name="Kept">
/// How many frequencies other than zero the blocks of one offset keep, as a share of what blocks elsewhere have; the least of the 64
/// offsets. JPEG's quantization makes zeros in its own blocks alone: ZERO (Nikoukhah et al., IPOL 2021).
/// </param>
/// <param name="Noise">
/// Standard deviation in gray levels: the high frequencies of the blocks whose low ones are weakest, so that texture is not
/// taken for noise (Ponomarenko et al., 2007).
/// </param>
/// <param name="Sharpness">
/// Energy of differences between neighbors over that of pixels two apart: 1/4 for smooth slopes, 1 for white noise.
/// </param>
readonly record struct PictureDamage(double Kept, double Noise, double Sharpness)
{
    const int Block = 8, PartSize = 128, PartsAcross = 3;

    // Below this a coefficient counts as zero: JPEG's integers are off by less after rounding to 8 bits.
    const float Zero = 0.5f;

    // In clipped blocks noise is cut off.
    const float Darkest = 8, Brightest = 247;

    // Shares of the blocks with the weakest low frequencies.
    const double FlattestShare = 0.05;

    static readonly float[][] Cosines = [.. Enumerable.Range(0, Block).Select(frequency => Enumerable.Range(0, Block).Select(place =>
        (float)(Math.Sqrt(frequency == 0 ? 1.0 / Block : 2.0 / Block) * Math.Cos((2 * place + 1) * frequency * Math.PI / (2 * Block)))).ToArray())];
}
