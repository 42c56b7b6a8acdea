"""收数的动作：上传与接收（uploads）、撤回（batches）、人的裁定（rulings）；与台账核心的接缝只在这里和 work。"""
