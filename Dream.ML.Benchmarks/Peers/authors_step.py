"""Trains with the DREAM authors' code: one step for each line of input, answered with the seconds it took."""
import json
import sys
import time
import types

import torch

folder, settings = sys.argv[1], json.loads(sys.argv[2])
torch.set_num_threads(settings["threads"])


def seconds(work):
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


# Attention is matrix products. On the reference BLAS, all that Debian's torch asks for, it would lose for no fault of its own.
square = torch.rand(512, 512)
if 2 * 512 ** 3 / min(seconds(lambda: square @ square) for _ in range(5)) < 8e9:
    sys.exit("this torch multiplies matrices on a BLAS that is not optimised; install one (Debian: libopenblas0-openmp)")

# Their file imports these for sampling and pictures; training uses neither.
sys.modules["torchvision"] = types.ModuleType("torchvision")
sys.modules["tqdm"] = types.ModuleType("tqdm")
sys.modules["tqdm"].tqdm = None
sys.path.insert(0, folder)
from model.sr3_modules.diffusion import GaussianDiffusion
from model.sr3_modules.unet import UNet

size, batch = settings["unet"]["image_size"], settings["batch"]
network = GaussianDiffusion(UNet(in_channel=6, out_channel=3, **settings["unet"]), size, conditional=True)
network.set_loss("cpu")
network.set_new_noise_schedule(
    {"schedule": "linear", "n_timestep": 2000, "linear_start": 1e-6, "linear_end": 1e-2}, "cpu")
network.train()
parameters = list(network.parameters())
optimizer = torch.optim.Adam(parameters, lr=settings["learning_rate"])
pixels = (batch, 3, size, size)
photos = {"HR": torch.rand(pixels) * 2 - 1, "SR": torch.rand(pixels) * 2 - 1}


def step():
    optimizer.zero_grad()
    loss = network(photos, order=1) / photos["HR"].numel()
    loss.backward()
    optimizer.step()
    return loss.item()


print(torch.__version__, flush=True)
print(sum(parameter.numel() for parameter in parameters), flush=True)
for _ in sys.stdin:
    print(seconds(step), flush=True)
